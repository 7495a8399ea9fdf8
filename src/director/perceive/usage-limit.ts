import { type AgentKind, usageLimitUntil } from '../../agents/index.ts';
import { dialogOf, type Observation } from '../../domain/index.ts';
import type { Seen } from '../situation.ts';

/** What an agent says of the limit of its account. `until` null: it names no time. */
export type LimitSign = {
  readonly words: string;
  readonly until: Date | null;
  readonly kind: 'usage' | 'rate';
};

/** A limit that is about requests and not about the machines that answer them. */
const TOO_MANY_REQUESTS = /\b429\b|too many requests|rate.?limit|quota/i;
/** A message about a limit is this long at most where it wraps. */
const LINES_OF_MESSAGE = 3;
const WORDS_MAX = 300;

/**
 * The limit that a look shows; null: none. A model that is overloaded is no limit of the account, and an agent that tries again by itself
 * after too many requests has not reached one yet.
 * @param since when the agent began to be like this: a time of day means the next one after it
 */
export function limitSignIn(
  kind: AgentKind,
  { observation, readings, screen }: Pick<Seen, 'observation' | 'readings' | 'screen'>,
  since: Date,
): LimitSign | null {
  const dialog = dialogOf(observation);
  if (observation.state !== 'rate_limited' && dialog === null) return null;
  const told =
    dialog === null
      ? [
          observation.evidence,
          ...readings.filter(({ state }) => state === 'rate_limited').map(({ evidence }) => evidence),
          messageOn(kind, screen),
        ]
      : [dialog.question];
  const known = told.filter((words) => kind.usageLimit?.words.test(words) === true);
  const [first] = known;
  if (first !== undefined) {
    const times = known.map((words) => usageLimitUntil(kind, words, since));
    return { words: inOneLine(first), until: times.find((time) => time !== null) ?? null, kind: 'usage' };
  }
  return isTurnedAway(observation)
    ? { words: inOneLine(observation.evidence), until: null, kind: 'rate' }
    : null;
}

function isTurnedAway(observation: Observation): boolean {
  return (
    observation.state === 'rate_limited' &&
    !observation.willRetry &&
    TOO_MANY_REQUESTS.test(observation.evidence)
  );
}

/** The last message about a limit that the screen shows, wrapped lines joined. */
function messageOn({ usageLimit }: AgentKind, screen: readonly string[]): string {
  const at = screen.findLastIndex((line) => usageLimit?.words.test(line) === true);
  return at === -1 ? '' : screen.slice(at, at + LINES_OF_MESSAGE).join(' ');
}

function inOneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, WORDS_MAX);
}
