import {
  bold,
  type Card,
  code,
  DEFAULT_CAPACITY,
  type Discovery,
  type Host,
  type HostFacts,
  hostId,
  isHealthy,
  isHostName,
  isSshTarget,
  ok,
  type SeenSession,
  type Session,
  type Span,
  sentenceCard,
  spoken,
  text,
  wantsAttention,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { Command, HostChange } from './grammar/command.ts';
import type { CommandTables } from './ports.ts';
import { whereOf } from './show-status.ts';
import { duration } from './wording.ts';

export async function listHosts(context: Context): Promise<Outcome> {
  const { store } = context.ports;
  const hosts = await store.listHosts();
  const facts = new Map((await store.hostFacts()).map((each) => [each.host, each]));
  const sessions = await store.openSessions();
  const seen = await store.seenSessions(null);
  return ok({
    kind: 'card',
    card: {
      title: 'Hosts',
      parts: [
        hosts.length === 0
          ? { kind: 'text', spans: [text('None yet. Add one: '), code('hosts add dev1 --ssh user@dev1')] }
          : {
              kind: 'list',
              items: hosts.map((host) =>
                inventoryLine(host, facts.get(host.id) ?? null, { sessions, seen }, context.at),
              ),
            },
      ],
      buttons: [],
      summary: `${hosts.length} hosts.`,
    },
  });
}

type There = { readonly sessions: readonly Session[]; readonly seen: readonly SeenSession[] };

/** Everything about one host that helps to choose what to do with it, the most pressing first. */
function inventoryLine(host: Host, facts: HostFacts | null, there: There, at: Date): readonly Span[] {
  const since = (moment: Date) => duration(moment.getTime(), at.getTime());
  const used = there.sessions.filter((session) => session.host === host.id).length;
  const isOff = facts?.isRunning === false;
  const words = [
    host.state === 'draining' || host.state === 'excluded' ? host.state : null,
    isOff ? 'stopped' : reachWords(host, since),
    facts?.stranger == null
      ? null
      : `another machine answers for it (${facts.stranger.why}): \`hosts accept ${host.name}\` if it was replaced`,
    facts?.absentSince == null ? null : `not listed by ${facts.provider} for ${since(facts.absentSince)}`,
    facts?.staleSince == null ? null : `stale since ${since(facts.staleSince)} ago`,
    `${used} of ${host.capacity} agents`,
    sessionWords(host, facts, there.seen),
    healthWords(facts),
    facts?.region ?? null,
    facts?.isRunning === true ? 'running' : null,
    whereOf(host.transport),
    facts === null || facts.provider === 'static' ? null : `by ${facts.provider}`,
  ];
  return [
    bold(host.name),
    ...spoken(` — ${words.filter((each) => each !== null && each !== '').join(', ')}`),
  ];
}

function reachWords({ reach }: Host, since: (moment: Date) => string): string {
  switch (reach.state) {
    case 'unknown':
      return 'not looked at yet';
    case 'reachable':
      return 'reachable';
    case 'unreachable':
      return `unreachable for ${since(reach.since)} (${reach.why})`;
  }
}

/** What was seen there; what the provider says where nothing was looked at yet. */
function sessionWords(host: Host, facts: HostFacts | null, seen: readonly SeenSession[]): string | null {
  const count = seen.filter((each) => each.host === host.id && each.presence === 'present').length;
  if (facts?.lookedAt != null) return `${count} ${count === 1 ? 'session' : 'sessions'}`;
  const told = facts?.toldSessions ?? [];
  if (told.length === 0) return null;
  return `${facts?.provider} names ${told.slice(0, 5).join(', ')}${told.length > 5 ? ' …' : ''}`;
}

function healthWords(facts: HostFacts | null): string | null {
  if (facts?.health == null) return null;
  if (!isHealthy(facts.health)) return 'not healthy (`health` says why)';
  return wantsAttention(facts.health) ? 'wants attention (`health` says why)' : null;
}

/** Adds a host after trying to reach it; nothing is stored when it does not answer. */
export async function addHost(
  context: Context,
  wish: Extract<Command, { kind: 'hosts-add' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'add hosts');
  if (!allowed.ok) return allowed;
  if (!isHostName(wish.name)) {
    return refuse(
      'bad-words',
      `\`${wish.name.slice(0, 40)}\` is not a host name. Use letters, digits, \`-\`, \`_\` and \`.\`, 64 at most.`,
    );
  }
  const target = wish.ssh ?? wish.name;
  if (!isSshTarget(target)) {
    return refuse(
      'bad-words',
      `\`${target.slice(0, 60)}\` is not what ssh takes as a destination. Use \`user@name\` or an alias of the ssh config.`,
    );
  }
  const { store, hostCheck, newId } = context.ports;
  if ((await store.hostNamed(wish.name)) !== null) {
    return refuse(
      'wrong-state',
      `There is a host ${wish.name} already. Use another name, or \`hosts remove ${wish.name}\` first.`,
    );
  }
  const host: Host = {
    id: hostId(newId()),
    name: wish.name,
    transport: { kind: 'ssh', target, port: wish.port, configFile: null },
    capacity: wish.capacity ?? DEFAULT_CAPACITY,
    state: 'active',
    reach: { state: 'reachable', since: context.at },
  };
  const reached = await hostCheck.reach(host);
  if (!reached.ok) return refuse('unavailable', reached.error);
  return context.change(async (tx): Promise<Outcome> => {
    await tx.addHost(host);
    await tx.enqueue({ kind: 'place' });
    return ok({ kind: 'card', card: addedCard(host) });
  });
}

function addedCard(host: Host): Card {
  return {
    title: '',
    parts: [
      {
        kind: 'text',
        spans: [bold(host.name), text(` is part of the fleet and takes ${host.capacity} agents at a time.`)],
      },
    ],
    buttons: [],
    summary: `${host.name} is part of the fleet.`,
  };
}

/** Asks the providers now. What they told before stays when they do not answer. */
export async function refreshHosts(context: Context): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'ask the providers of hosts');
  if (!allowed.ok) return allowed;
  const { hostProviders } = context.ports;
  if (hostProviders.finders.length === 0) {
    return refuse(
      'unavailable',
      'No provider finds hosts here: `hosts add` takes them one by one, and `[providers.azlin]` or `[providers.ssh-config]` in fleet.toml finds them.',
    );
  }
  const discoveries = await hostProviders.refresh();
  if (discoveries === null) {
    return say(`${hostProviders.finders.join(' and ')} takes longer; \`hosts\` shows what comes.`);
  }
  const found = discoveries.filter(({ provider }) => hostProviders.finders.includes(provider));
  if (found.every(({ kind }) => kind === 'failed')) {
    return refuse('unavailable', found.map((each) => discoverySentence(each, context.at)).join(' '));
  }
  return ok({
    kind: 'card',
    card: {
      title: 'Hosts, as their providers list them',
      parts: [{ kind: 'list', items: found.map((each) => spoken(discoverySentence(each, context.at))) }],
      buttons: [],
      summary: 'The providers were asked.',
    },
  });
}

function discoverySentence(discovery: Discovery, at: Date): string {
  const { provider } = discovery;
  if (discovery.kind === 'failed') {
    const { sentence, kept, staleSince } = discovery;
    const age =
      staleSince === null ? '' : `, stale since ${duration(staleSince.getTime(), at.getTime())} ago`;
    const rest = kept === 0 ? '' : ` Its ${counted(kept, 'host')} stay as they were${age}.`;
    return `${provider}: ${sentence}${rest}`;
  }
  const { found, added, absent, taken } = discovery;
  return [
    `${provider} lists ${counted(found.length, 'host')}.`,
    added.length === 0 ? '' : `New: ${added.join(', ')}.`,
    absent.length === 0 ? '' : `No longer listed: ${absent.join(', ')}.`,
    taken.length === 0 ? '' : `Left out, for another host has the name: ${taken.join(', ')}.`,
  ]
    .filter((each) => each !== '')
    .join(' ');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export async function changeHost(
  context: Context,
  kind: `hosts-${HostChange}`,
  name: string,
): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'change hosts');
  if (!allowed.ok) return allowed;
  const { hostProviders } = context.ports;
  return context.change(async (tx): Promise<Outcome> => {
    const host =
      (await tx.hostNamed(name)) ?? (kind === 'hosts-include' ? await removedHost(context, tx, name) : null);
    if (host === null) {
      const names = (await tx.listHosts()).map((each) => each.name);
      return refuse(
        'no-such-host',
        `There is no host \`${name.slice(0, 40)}\`.${names.length === 0 ? '' : ` Known are ${names.join(', ')}.`}`,
      );
    }
    const facts = (await tx.hostFacts()).find((each) => each.host === host.id) ?? null;
    const provider = facts?.provider ?? 'static';
    const used = (await tx.openSessions()).filter((session) => session.host === host.id).length;
    const isKeptExcluded = hostProviders.keepsExcluded(provider, name);
    switch (kind) {
      case 'hosts-drain':
        if (host.state === 'excluded') {
          return refuse(
            'wrong-state',
            `${name} is excluded, so nothing is begun or ended there anyway. \`hosts include ${name}\` first.`,
          );
        }
        await tx.saveHost({ ...host, state: 'draining' });
        return say(
          `${name} takes nothing new${used === 0 ? '' : ` and finishes the ${used} it has`}. \`hosts resume ${name}\` takes that back.`,
        );
      case 'hosts-resume':
      case 'hosts-include': {
        if (isKeptExcluded) {
          return refuse(
            'wrong-state',
            `fleet.toml excludes ${name}. Take it out of \`${provider === 'static' ? 'excluded' : 'exclude'}\` there and start Fleet Director again.`,
          );
        }
        const wasRemoved = host.state === 'removed';
        await tx.saveHost({
          ...host,
          state: 'active',
          ...(wasRemoved ? { reach: { state: 'unknown' } as const } : {}),
        });
        await tx.enqueue({ kind: 'place' });
        const undo =
          kind === 'hosts-include' || host.state === 'excluded'
            ? ` \`hosts exclude ${name}\` takes that back.`
            : '';
        return say(
          `${name} takes tasks${wasRemoved || host.state === 'excluded' ? '' : ' again'}${offWords(facts)}.${undo}`,
        );
      }
      case 'hosts-exclude': {
        await tx.saveHost({ ...host, state: 'excluded' });
        const left =
          used === 0
            ? ''
            : ` Its ${counted(used, 'agent')} ${used === 1 ? 'goes' : 'go'} on with nobody to answer.`;
        return say(
          `${name} is looked at, and nothing is begun, typed or ended there.${left} \`hosts include ${name}\` takes that back.`,
        );
      }
      case 'hosts-accept': {
        const stranger = facts?.stranger ?? null;
        if (stranger === null || !(await tx.acceptStranger(host.id))) {
          return say(`${name} is the machine that it was; there is nothing to accept.`);
        }
        return say(`The machine that answers for ${name} is ${name} from now on (${stranger.why}).`);
      }
      case 'hosts-remove': {
        if (used > 0) {
          return refuse(
            'wrong-state',
            `${name} still runs ${used} agents. \`hosts drain ${name}\` first, and remove it when they have ended.`,
          );
        }
        await tx.saveHost({ ...host, state: 'removed' });
        const back = hostProviders.writesDown(name)
          ? 'fleet.toml names it, so it is back at the next start unless you take it out there.'
          : `\`${wayBack(host, provider)}\` takes that back.`;
        return say(`${name} is no longer part of the fleet. ${back}`);
      }
    }
  });
}

/** A host that somebody removed though its provider lists it: it stays away until somebody includes it. */
async function removedHost(context: Context, tx: CommandTables, name: string): Promise<Host | null> {
  for (const provider of context.ports.hostProviders.finders) {
    const entry = (await tx.inventoryOf(provider)).findLast(({ host }) => host.name === name);
    if (entry?.host.state === 'removed' && entry.told.absentSince === null) return entry.host;
  }
  return null;
}

function offWords(facts: HostFacts | null): string {
  return facts?.isRunning === false ? `, as soon as it runs: ${facts.provider} says that it is stopped` : '';
}

function wayBack({ name, transport, capacity }: Host, provider: string): string {
  if (provider !== 'static' || transport.kind !== 'ssh') return `hosts include ${name}`;
  const port = transport.port === null ? '' : ` --port ${transport.port}`;
  return `hosts add ${name} --ssh ${transport.target}${port} --capacity ${capacity}`;
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
