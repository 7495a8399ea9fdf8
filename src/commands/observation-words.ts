import {
  dialogOf,
  type Observation,
  type ObservationSource,
  type Reading,
  textQuestionOf,
} from '../domain/index.ts';
import { duration } from './wording.ts';

const QUESTION_MAX = 140;
const EVIDENCE_MAX = 160;

/** A state as people say it: `waiting input` with what it waits for. */
export function stateWords(observation: Observation): string {
  const word = wordOf(observation.state);
  switch (observation.state) {
    case 'waiting_input': {
      const asked = dialogOf(observation)?.question ?? textQuestionOf(observation) ?? '';
      return `${word} (${wordOf(observation.promptKind)}): ${excerpt(asked, QUESTION_MAX)}`;
    }
    case 'rate_limited':
      return observation.willRetry ? `${word}, and goes on by itself` : word;
    case 'shell': {
      const status = observation.exitStatus === null ? '' : `, exit status ${observation.exitStatus}`;
      const trouble = observation.trouble === null ? '' : `: ${excerpt(observation.trouble, QUESTION_MAX)}`;
      return `shell, no agent${status}${trouble}`;
    }
    case 'unknown':
      return `${word}: ${excerpt(observation.why, QUESTION_MAX)}`;
    default:
      return word;
  }
}

export function wordOf(state: string): string {
  return state.replaceAll('_', ' ');
}

/** `claude-code/permission-dialog` as people say it: `permission dialog`. */
export function ruleWords(rule: string): string {
  return (rule.split('/').at(-1) ?? rule).replaceAll('-', ' ');
}

const SOURCES: Readonly<Record<ObservationSource, string>> = {
  hook: 'told by its hook',
  transcript: 'read in its transcript',
  'session-file': 'told in its own file',
  terminal: 'told by an escape sequence',
  process: 'seen in its processes',
  screen: 'read off its screen',
};

export function sourceWords(source: ObservationSource): string {
  return SOURCES[source];
}

/** Why a state is believed: the rule, where it looked, and how old that is. */
export function whyWords({ rule, source }: Observation, observedAt: Date, at: Date): string {
  return `${ruleWords(rule)}, ${sourceWords(source)}, ${duration(observedAt.getTime(), at.getTime())} ago`;
}

export function confidenceWords(confidence: number): string {
  return `${Math.round(confidence * 100)} % sure`;
}

/** What one source says, with its age and what it rests on. */
export function readingWords({ source, state, rule, evidence, confidence, ageMs }: Reading): string {
  const rests = evidence === '' ? '' : `: ${excerpt(evidence, EVIDENCE_MAX)}`;
  return `${source}: ${wordOf(state)}, ${duration(0, ageMs)} old, ${confidenceWords(confidence)} (${rule})${rests}`;
}

/**
 * Why the observation is not what another source says. Null: that source says the same.
 * The age of a reading is that of what it rests on, at the time it was weighed.
 */
export function whyNotWords(
  observation: Observation,
  reading: Reading,
  readings: readonly Reading[],
): string | null {
  if (reading.state === observation.state) return null;
  const said = `not ${wordOf(reading.state)}, as the ${reading.source} says`;
  if (observation.state === 'unknown')
    return `${said}: the sources contradict each other, or are too old to be believed`;
  const winner = readings.find(
    (each) => each.source === observation.source && each.state === observation.state,
  );
  const age = winner === undefined ? null : reading.ageMs - winner.ageMs;
  if (observation.source === 'process') return `${said}: what its processes show settles what lives`;
  if (age !== null && age > AGE_COUNTS_MS)
    return `${said}: that is ${duration(0, age)} older than what the ${observation.source} says`;
  if (reading.confidence < observation.confidence)
    return `${said}: it is only ${confidenceWords(reading.confidence)}, and the ${observation.source} ${confidenceWords(observation.confidence)}`;
  return `${said}: the ${observation.source} is trusted more`;
}

const AGE_COUNTS_MS = 2_000;

/** One line, short enough for a list. */
export function excerpt(text: string, maxChars: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}
