import {
  bold,
  type Card,
  code,
  DEFAULT_CAPACITY,
  type Host,
  hostId,
  isHostName,
  isSshTarget,
  ok,
  sentenceCard,
  text,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { Command } from './grammar.ts';
import { hostLine } from './show-status.ts';

export async function listHosts(context: Context): Promise<Outcome> {
  const { store } = context.ports;
  const hosts = await store.listHosts();
  const sessions = await store.openSessions();
  return ok({
    kind: 'card',
    card: {
      title: 'Hosts',
      parts: [
        hosts.length === 0
          ? { kind: 'text', spans: [text('None yet. Add one: '), code('hosts add dev1 --ssh user@dev1')] }
          : { kind: 'list', items: hosts.map((host) => hostLine(host, sessions, context.at)) },
      ],
      buttons: [],
      summary: `${hosts.length} hosts.`,
    },
  });
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

export async function changeHost(
  context: Context,
  kind: 'hosts-drain' | 'hosts-resume' | 'hosts-remove',
  name: string,
): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'change hosts');
  if (!allowed.ok) return allowed;
  return context.change(async (tx): Promise<Outcome> => {
    const host = await tx.hostNamed(name);
    if (host === null) {
      const names = (await tx.listHosts()).map((each) => each.name);
      return refuse(
        'no-such-host',
        `There is no host \`${name.slice(0, 40)}\`.${names.length === 0 ? '' : ` Known are ${names.join(', ')}.`}`,
      );
    }
    const used = (await tx.openSessions()).filter((session) => session.host === host.id).length;
    switch (kind) {
      case 'hosts-drain':
        await tx.saveHost({ ...host, state: 'draining' });
        return say(`${name} takes nothing new${used === 0 ? '' : ` and finishes the ${used} it has`}.`);
      case 'hosts-resume':
        await tx.saveHost({ ...host, state: 'active' });
        await tx.enqueue({ kind: 'place' });
        return say(`${name} takes tasks again.`);
      case 'hosts-remove':
        if (used > 0) {
          return refuse(
            'wrong-state',
            `${name} still runs ${used} agents. \`hosts drain ${name}\` first, and remove it when they have ended.`,
          );
        }
        await tx.saveHost({ ...host, state: 'removed' });
        return say(`${name} is no longer part of the fleet.`);
    }
  });
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
