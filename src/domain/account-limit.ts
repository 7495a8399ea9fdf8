import { timeOf } from './card.ts';
import type { Hold } from './hold.ts';
import type { Host } from './host.ts';
import type { SessionId } from './ids.ts';
import { fractionOf } from './spread.ts';

/** What a provider counts usage of: unless the configuration says more, one kind of agent on one host. `title` is for people. */
export type Account = { readonly key: string; readonly title: string };

/** Accounts that the configuration names, by the names of agent kinds and hosts. A host's name counts more. */
export type AccountNames = {
  readonly ofAgents: ReadonlyMap<string, string>;
  readonly ofHosts: ReadonlyMap<string, string>;
};

export const UNNAMED_ACCOUNTS: AccountNames = { ofAgents: new Map(), ofHosts: new Map() };

export function accountOf(names: AccountNames, agent: string, host: Pick<Host, 'id' | 'name'>): Account {
  const name = names.ofHosts.get(host.name) ?? names.ofAgents.get(agent);
  return name === undefined
    ? { key: `${agent} on ${host.id}`, title: `${agent} on ${host.name}` }
    : { key: `${agent} as ${name}`, title: `${agent} as ${name}` };
}

/** The newest usage limit that a session's agent told of. It holds for every session of the account. */
export type AccountLimit = {
  readonly session: SessionId;
  readonly generation: number;
  readonly account: Account;
  /** What the agent said, redacted, in one line. */
  readonly words: string;
  readonly toldAt: Date;
  readonly until: Date;
  /** False: the agent named no time, and one was assumed. */
  readonly isTimeTold: boolean;
  /** The session was let go on, or went on by itself. */
  readonly isOver: boolean;
};

/** Work of an account begins again within this time after its reset, each session at a moment of its own. */
export const RESUMES_WITHIN_MS = 10 * 60_000;

/** When a session or a task may go on: the same moment whoever asks, and another one for each. */
export function resumesAt({ until }: Pick<AccountLimit, 'until'>, id: string): Date {
  return new Date(until.getTime() + Math.floor(fractionOf(id) * RESUMES_WITHIN_MS));
}

/**
 * What the limits of an account hold back now; null: nothing.
 * @param id of the session, or of the task that has none yet
 */
export function quotaHold(
  limits: readonly AccountLimit[],
  account: Account,
  id: string,
  now: Date,
): Hold | null {
  const [last] = limits
    .filter((limit) => limit.account.key === account.key)
    .toSorted((one, other) => other.until.getTime() - one.until.getTime());
  if (last === undefined) return null;
  const until = resumesAt(last, id);
  if (now >= until) return null;
  return { kind: 'quota', why: quotaWords(last, until, now), until };
}

function quotaWords({ account, until, isTimeTold }: AccountLimit, resumes: Date, now: Date): string {
  if (now >= until)
    return `the usage limit of ${account.title} has reset; work goes on at ${timeOf(resumes)}`;
  const reset = isTimeTold
    ? `it resets at ${timeOf(until)}`
    : `it names no time for its reset, so the next try is at ${timeOf(until)}`;
  return `${account.title} has reached its usage limit; ${reset}`;
}
