import {
  type Capture,
  dialogOf,
  isBusy,
  type Observation,
  type Reading,
  type Report,
  standsUnsent,
  textQuestionOf,
} from '../domain/index.ts';
import type { AgentKind } from './agent-kind.ts';
import { observe, toolsOf } from './observe.ts';
import { LIKELY, SURE, unsure } from './screen/reading.ts';
import { isStanding, lastOfEachChannel, observationFrom, type Told, toldBy } from './told.ts';

export type Weighed = {
  readonly observation: Observation;
  /** What each source says by itself, the most trusted first. */
  readonly readings: readonly Reading[];
};

/** An agent tells before it draws; after this time its screen has caught up. */
const DRAWN_AFTER_MS = 2_000;
/** A report of work that nothing on the screen bears out is believed no longer than this. */
const WORK_IS_TOLD_FOR_MS = 10 * 60_000;
/** More certain than any source alone. */
const AGREED = 0.99;

/**
 * What a session does, from all that tells of it: hooks, the agent's own files and escape sequences, its transcript, processes, screen.
 * Processes decide what lives. A report newer than the screen is believed; an older one as long as the screen bears it out or
 * cannot show the contrary: answering a dialog or pressing Escape is reported by no hook.
 * @param captures of one session, oldest first; the newest counts, the one before tells whether the screen moves
 * @param reports of this start of the session, in any order
 */
export function weigh(
  kind: AgentKind,
  captures: Capture | readonly Capture[],
  reports: readonly Report[],
  now: Date,
): Weighed {
  const series: readonly Capture[] = 'plain' in captures ? [captures] : captures;
  const newest = series.at(-1) ?? null;
  const looked = observe(kind, series);
  const told = toldBy(reports);
  const toolsRun = told !== null && newest !== null && toolsOf(kind, newest).length > 0;
  const observation = told === null ? looked : merge({ looked, told, newest, toolsRun, now });
  return { observation, readings: readingsOf(looked, newest, reports, toolsRun, now) };
}

function readingsOf(
  looked: Observation,
  newest: Capture | null,
  reports: readonly Report[],
  toolsRun: boolean,
  now: Date,
): readonly Reading[] {
  const told = lastOfEachChannel(reports).flatMap((report) => {
    const observation = observationFrom(report, toolsRun);
    return observation === null ? [] : [readingOf(observation, ageMs(report.at, now))];
  });
  return newest === null ? told : [...told, readingOf(looked, ageMs(newest.takenAt, now))];
}

function readingOf({ source, state, rule, evidence, confidence }: Observation, age: number): Reading {
  return { source, state, rule, evidence, confidence, ageMs: age };
}

function ageMs(at: Date, now: Date): number {
  return Math.max(0, now.getTime() - at.getTime());
}

type Scales = {
  readonly looked: Observation;
  readonly told: Told;
  readonly newest: Capture | null;
  readonly toolsRun: boolean;
  readonly now: Date;
};

function merge(scales: Scales): Observation {
  const { looked, told, newest, toolsRun } = scales;
  const meant = observationFrom(told.report, toolsRun);
  if (newest === null) return meant ?? looked;
  // What processes settle, no report can unsettle: it may be about a program that is gone.
  if (looked.source === 'process' || meant === null) return looked;
  const leadMs = told.confirmedAt.getTime() - newest.takenAt.getTime();
  switch (told.says.kind) {
    case 'session-began':
      return looked;
    case 'session-ended':
      return leadMs > -DRAWN_AFTER_MS || looked.state === 'unknown' ? meant : looked;
    case 'working':
    case 'tool-began':
    case 'tool-ended':
    case 'compacting':
      return mergeWork(scales, meant, leadMs);
    case 'asks':
      return mergeQuestion(scales, meant, leadMs);
    case 'turn-ended':
    case 'turn-failed':
    case 'at-prompt':
      return mergeEnd(scales, meant, leadMs);
  }
}

/** The agent says that it works. */
function mergeWork({ looked, told, now }: Scales, meant: Observation, leadMs: number): Observation {
  // A menu or a question can open over work without a report; closing it is seen by the next look.
  if (dialogOf(looked) !== null || looked.state === 'exiting') return looked;
  if (isBusy(looked)) {
    return looked.state === 'thinking' && meant.state === 'compacting' ? meant : confirmed(looked, told);
  }
  if (looked.state === 'unknown') {
    return ageMs(told.confirmedAt, now) < WORK_IS_TOLD_FOR_MS
      ? { ...meant, confidence: LIKELY }
      : unsure('the last report is of work, too long ago', `${meant.rule}-stale`, told.report.detail);
  }
  if (leadMs > -DRAWN_AFTER_MS || isStanding(told.report)) return meant;
  return looked.confidence >= LIKELY
    ? looked
    : unsure(
        'the agent says that it works, and its prompt looks free',
        `${meant.rule}-denied`,
        looked.evidence,
      );
}

/** The agent says that it waits for a choice. */
function mergeQuestion({ looked, told }: Scales, meant: Observation, leadMs: number): Observation {
  if (looked.state === 'exiting') return looked;
  const dialog = dialogOf(looked);
  if (dialog !== null) {
    const promptKind =
      told.report.channel === 'hook' && told.says.kind === 'asks' ? told.says.promptKind : dialog.promptKind;
    return {
      ...confirmed(looked, told),
      state: 'waiting_input',
      promptKind,
      dialog: { ...dialog, promptKind },
    };
  }
  const isAnswered =
    leadMs <= -DRAWN_AFTER_MS && !isStanding(told.report) && (isBusy(looked) || looked.confidence >= LIKELY);
  return isAnswered ? looked : meant;
}

/** The agent says that its turn is over. */
function mergeEnd({ looked, told }: Scales, meant: Observation, leadMs: number): Observation {
  // Drawn after the turn was over, so it began after that.
  if (dialogOf(looked) !== null || isBusy(looked)) return leadMs > 0 ? meant : looked;
  if (looked.state === 'exiting') return looked;
  if (looked.state === 'unknown') return { ...meant, confidence: LIKELY };
  if (standsUnsent(looked) || told.says.kind === 'at-prompt') return confirmed(looked, told);
  if (looked.state === 'idle') return looked.confidence < SURE ? meant : looked;
  if (told.says.kind === 'turn-failed') return isFailure(looked) ? confirmed(looked, told) : meant;
  if (isFailure(looked)) return looked;
  const tellsNoWords = told.says.kind === 'turn-ended' && told.says.lastMessage === null;
  if (tellsNoWords && textQuestionOf(looked) !== null) return confirmed(looked, told);
  return meant.state === looked.state ? confirmed(looked, told) : meant;
}

/** Words of the screen, which says more, with the trust of the report. */
function confirmed(looked: Observation, told: Told): Observation {
  return { ...looked, source: told.report.channel, confidence: AGREED };
}

function isFailure(observation: Observation): boolean {
  return ['error', 'rate_limited', 'logged_out'].includes(observation.state);
}
