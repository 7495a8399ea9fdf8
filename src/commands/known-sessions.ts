import {
  bold,
  code,
  type HostFacts,
  lockOf,
  needsHuman,
  type Observation,
  placeOf,
  type Reading,
  type SeenSession,
  type Session,
  type Span,
  type Task,
  taskLabel,
  text,
  untilWords,
} from '../domain/index.ts';
import type { Context } from './context.ts';
import { stateWords, whyWords, wordOf } from './observation-words.ts';
import type { FoundSession } from './target.ts';
import { briefTitle, duration } from './wording.ts';

/** What was seen of a session last, from whichever look is newer. */
export type Sight = {
  readonly observation: Observation;
  readonly readings: readonly Reading[];
  readonly screen: readonly string[];
  /** When what it rests on was looked at. */
  readonly observedAt: Date;
  readonly since: Date;
  /** When the readings were weighed: their ages are from then. */
  readonly weighedAt: Date;
};

export type KnownSession = FoundSession & { readonly sight: Sight | null };

/** Every session of the fleet, ours by their tasks and all others; sessions that are gone are left out. */
export async function knownSessions(context: Context): Promise<readonly KnownSession[]> {
  const { store } = context.ports;
  const hosts = new Map((await store.listHosts()).map((host) => [host.id, host]));
  const lookedAt = lookTimes(await store.hostFacts());
  const seen = (await store.seenSessions(null)).filter((each) => each.presence === 'present');
  const open = await store.openSessions();
  const known: KnownSession[] = [];
  for (const session of open) {
    const host = hosts.get(session.host);
    if (host === undefined) continue;
    const found = seen.find((each) => each.host === session.host && each.name === session.name) ?? null;
    const task = await store.findTask(session.task);
    const sight = await newestSight(context, session, found, lookedAt);
    known.push({ host, name: session.name, seen: found, session, task, sight });
  }
  for (const each of seen) {
    const host = hosts.get(each.host);
    if (host === undefined || known.some((mine) => mine.host.id === each.host && mine.name === each.name))
      continue;
    known.push({
      host,
      name: each.name,
      seen: each,
      session: null,
      task: null,
      sight: sightFrom(each, lookedAt),
    });
  }
  return known;
}

export async function sightOf(context: Context, found: FoundSession): Promise<Sight | null> {
  const lookedAt = lookTimes(await context.ports.store.hostFacts());
  return newestSight(context, found.session, found.seen, lookedAt);
}

export async function sightOfTask(context: Context, task: Task): Promise<Sight | null> {
  const { store } = context.ports;
  const place = placeOf(task);
  const session = place === null ? null : await store.findSession(place.session);
  const seen = session === null ? null : await store.seenSession(session.host, session.name);
  return newestSight(context, session, seen, lookTimes(await store.hostFacts()));
}

async function newestSight(
  { ports }: Context,
  session: Session | null,
  seen: SeenSession | null,
  lookedAt: ReadonlyMap<string, Date>,
): Promise<Sight | null> {
  const look = seen === null ? null : sightFrom(seen, lookedAt);
  const last = session === null ? null : await ports.store.lastObservation(session.id);
  if (last === null || (look !== null && look.observedAt >= last.lastSeenAt)) return look;
  const { observation, readings, screen, since, lastSeenAt } = last;
  return { observation, readings, screen, since, observedAt: lastSeenAt, weighedAt: lastSeenAt };
}

/** A session in which nothing changed is not written again; the look at its host saw it all the same. */
function sightFrom(seen: SeenSession, lookedAt: ReadonlyMap<string, Date>): Sight {
  const { observation, readings, screen, since, observedAt } = seen;
  const looked = lookedAt.get(seen.host);
  const isNewer = looked !== undefined && looked > observedAt && seen.presence === 'present';
  return {
    observation,
    readings,
    screen,
    since,
    observedAt: isNewer ? looked : observedAt,
    weighedAt: observedAt,
  };
}

function lookTimes(facts: readonly HostFacts[]): ReadonlyMap<string, Date> {
  return new Map(
    facts.flatMap(({ host, lookedAt }) => (lookedAt === null ? [] : [[host, lookedAt] as const])),
  );
}

/** As it was seen there, or as its repository told of it. */
export function pullRequestOf(seen: SeenSession | null, task: Task | null): string | null {
  return seen?.pullRequestUrl ?? (task === null ? null : (placeOf(task)?.pullRequest?.url ?? null));
}

export function wantsPerson({ sight, seen }: KnownSession): boolean {
  return (sight !== null && needsHuman(sight.observation)) || seen?.stuckSince != null;
}

/** Who needs a person first, then ours, then by name. */
export function byNeed(one: KnownSession, other: KnownSession): number {
  const rank = (each: KnownSession): number => (wantsPerson(each) ? 0 : 2) + (each.session === null ? 1 : 0);
  return rank(one) - rank(other) || one.name.localeCompare(other.name);
}

/** A session that is described elsewhere: its name and its state. */
export function shortLine({ name, task, sight }: KnownSession, more: string): readonly Span[] {
  const who = task === null ? code(name) : bold(taskLabel(task.id));
  return [who, text(` — ${sight === null ? 'not looked at yet' : wordOf(sight.observation.state)}, ${more}`)];
}

/** `T12 Add a health endpoint — thinking for 3 min · spinner line, read off its screen, 2 s ago`. */
export function sessionLine(
  { host, name, task, sight, seen }: KnownSession,
  at: Date,
  { withHost }: { readonly withHost: boolean },
): readonly Span[] {
  const where = withHost ? ` on ${host.name}` : '';
  const who: readonly Span[] =
    task === null
      ? [code(name), text(seen?.agent == null ? where : ` (${seen.agent})${where}`)]
      : [bold(taskLabel(task.id)), text(` ${briefTitle(task.brief)}${where}`)];
  if (sight === null) return [...who, text(' — not looked at yet')];
  const { observation, observedAt, since } = sight;
  const stuck =
    seen?.stuckSince == null ? '' : `, stuck for ${duration(seen.stuckSince.getTime(), at.getTime())}`;
  const lock = task === null ? null : lockOf(task, at);
  const locked = lock === null ? '' : `, locked ${untilWords(lock)}`;
  return [
    ...who,
    text(` — ${stateWords(observation)} (for ${duration(since.getTime(), at.getTime())}${stuck}${locked})`),
    text(` · ${whyWords(observation, observedAt, at)}`),
  ];
}
