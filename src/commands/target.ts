import {
  type Host,
  ok,
  parseTaskLabel,
  placeOf,
  type Result,
  type SeenSession,
  type Session,
  type Task,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import { type Context, refuse, taskOfPlace } from './context.ts';
import type { Refusal } from './request.ts';

/** What people name when they mean a session. `here`: the one of the thread it is said in. */
export type Target =
  | { readonly kind: 'here' }
  | { readonly kind: 'task'; readonly task: TaskId }
  /** `host: null`: wherever a session of that name is. */
  | { readonly kind: 'session'; readonly host: string | null; readonly name: string };

/** A session on its host, with all that is known of it. `seen` null: no look has found it yet; `session` null: not one of ours. */
export type FoundSession = {
  readonly host: Host;
  readonly name: string;
  readonly seen: SeenSession | null;
  readonly session: Session | null;
  readonly task: Task | null;
};

/** One or two words: `T12`, `dev1:main`, `dev1 main`, `main`. Null: they are none of these. */
export function targetFromWords(words: readonly string[]): Target | null {
  const [first, second, ...rest] = words;
  if (rest.length > 0) return null;
  if (first === undefined) return { kind: 'here' };
  if (second !== undefined) return { kind: 'session', host: first, name: second };
  const task = parseTaskLabel(first);
  if (task !== null) return { kind: 'task', task };
  const colon = first.indexOf(':');
  // tmux allows no colon in a session's name.
  if (colon > 0) return { kind: 'session', host: first.slice(0, colon), name: first.slice(colon + 1) };
  return { kind: 'session', host: null, name: first };
}

/** Finds the session that is meant. Several: all of them are named, so that the next try is one of them. */
export async function findTarget(
  context: Context,
  target: Target,
  verb: string,
): Promise<Result<FoundSession, Refusal>> {
  switch (target.kind) {
    case 'here': {
      const task = await taskOfPlace(context);
      if (task !== null) return sessionOfTask(context, task);
      return refuse(
        'bad-words',
        `Which session? Write \`${verb} T12\` or \`${verb} HOST SESSION\`, or say it in a task's thread.`,
      );
    }
    case 'task': {
      const task = await context.ports.store.findTask(target.task);
      if (task !== null) return sessionOfTask(context, task);
      // A number may be the name of a session as well.
      const named = await sessionsNamed(context, String(target.task));
      if (named[0] !== undefined && named.length === 1) return ok(named[0]);
      return refuse(
        'no-such-task',
        `There is no task ${taskLabel(target.task)}. \`status\` lists what there is.`,
      );
    }
    case 'session':
      return target.host === null
        ? anySessionNamed(context, target.name, verb)
        : sessionOnHost(context, target.host, target.name, verb);
  }
}

async function sessionOfTask(context: Context, task: Task): Promise<Result<FoundSession, Refusal>> {
  const { store } = context.ports;
  const place = placeOf(task);
  const session = place === null ? null : await store.findSession(place.session);
  const host = place === null ? null : await store.findHost(place.host);
  if (session === null || host === null || session.state === 'ended') {
    return refuse('wrong-state', `${taskLabel(task.id)} is ${task.state} and has no agent to look at.`);
  }
  const seen = await store.seenSession(host.id, session.name);
  return ok({ host, name: session.name, seen, session, task });
}

async function sessionOnHost(
  context: Context,
  hostName: string,
  name: string,
  verb: string,
): Promise<Result<FoundSession, Refusal>> {
  const { store } = context.ports;
  const host = await store.hostNamed(hostName);
  if (host === null) return refuse('no-such-host', await unknownHost(context, hostName));
  const seen = await store.seenSession(host.id, name);
  const session =
    (await store.openSessions()).find((each) => each.host === host.id && each.name === name) ?? null;
  if (seen === null && session === null) {
    const there = (await store.seenSessions(host.id)).filter((each) => each.presence === 'present');
    return refuse('no-such-session', noSuchSession(host, name, there, verb));
  }
  return ok(await withTask(context, { host, name, seen, session }));
}

export async function unknownHost({ ports }: Context, name: string): Promise<string> {
  const names = (await ports.store.listHosts()).map((each) => each.name);
  const known = names.length === 0 ? 'Add one with `hosts add`.' : `Known are ${names.join(', ')}.`;
  return `There is no host \`${plain(name)}\`. ${known}`;
}

const NAMED_MAX = 8;

function noSuchSession(host: Host, name: string, there: readonly SeenSession[], verb: string): string {
  const start = `${host.name} has no session \`${plain(name)}\`.`;
  if (host.reach.state === 'unreachable')
    return `${start} It is unreachable, so it may have one that nobody saw yet.`;
  if (there.length === 0) return `${start} \`observe ${host.name}\` shows what is there.`;
  const names = there.slice(0, NAMED_MAX).map((each) => `\`${verb} ${host.name} ${quoted(each.name)}\``);
  const more = there.length > NAMED_MAX ? ` and ${there.length - NAMED_MAX} more` : '';
  return `${start} Try ${names.join(', ')}${more}.`;
}

async function anySessionNamed(
  context: Context,
  name: string,
  verb: string,
): Promise<Result<FoundSession, Refusal>> {
  const found = await sessionsNamed(context, name);
  const [only, ...others] = found;
  if (only === undefined) {
    return refuse(
      'no-such-session',
      `No host has a session \`${plain(name)}\`. \`status\` lists what there is; in a thread, what is for the agent needs no mention of me.`,
    );
  }
  if (others.length === 0) return ok(only);
  const each = found
    .slice(0, NAMED_MAX)
    .map(
      ({ host, name: found, task }) =>
        `\`${verb} ${host.name} ${quoted(found)}\`${task === null ? '' : ` (${taskLabel(task.id)})`}`,
    );
  const more = found.length > NAMED_MAX ? ` and ${found.length - NAMED_MAX} more` : '';
  return refuse(
    'ambiguous',
    `${found.length} hosts have a session \`${plain(name)}\`: ${each.join(', ')}${more}.`,
  );
}

/** Every session of that name that is there; with none, those whose name begins so. */
async function sessionsNamed(context: Context, name: string): Promise<readonly FoundSession[]> {
  const { store } = context.ports;
  const hosts = new Map((await store.listHosts()).map((host) => [host.id, host]));
  const open = await store.openSessions();
  const seen = (await store.seenSessions(null)).filter((each) => each.presence === 'present');
  const known = [
    ...seen.map((each) => ({
      host: each.host,
      name: each.name,
      seen: each,
      session: open.find((mine) => mine.host === each.host && mine.name === each.name) ?? null,
    })),
    ...open
      .filter((mine) => !seen.some((each) => each.host === mine.host && each.name === mine.name))
      .map((mine) => ({ host: mine.host, name: mine.name, seen: null, session: mine })),
  ];
  const exact = known.filter((each) => each.name === name);
  const meant = exact.length > 0 ? exact : known.filter((each) => each.name.startsWith(name));
  const found: FoundSession[] = [];
  for (const each of meant) {
    const host = hosts.get(each.host);
    if (host !== undefined) found.push(await withTask(context, { ...each, host }));
  }
  return found;
}

async function withTask(context: Context, found: Omit<FoundSession, 'task'>): Promise<FoundSession> {
  const task = found.session === null ? null : await context.ports.store.findTask(found.session.task);
  return { ...found, task };
}

/** A name of several words is one value in quotes. */
export function quoted(name: string): string {
  return /\s/.test(name) ? `"${name}"` : name;
}

const plain = (name: string): string => name.slice(0, 40).replaceAll('`', "'");
