import type { Observation, Report, ReportedMoment } from '../domain/index.ts';
import { LIKELY, SURE, seenFailure } from './screen/reading.ts';

/** What an agent's reports come to, taken together: the last moment that none of them took back. */
export type Told = {
  readonly says: ReportedMoment;
  /** The report that says so. */
  readonly report: Report;
  /** The last report that agrees with it. */
  readonly confirmedAt: Date;
};

/** In order of trust. */
export const CHANNELS: readonly Report['channel'][] = ['hook', 'session-file', 'terminal', 'transcript'];

/** Reports nearer than this to each other tell of one moment: then the better channel is believed, not the later one. */
const ONE_MOMENT_MS = 500;

/** These hold until the agent takes them back; a hook or a transcript only tells of moments, and an interruption is not one of them. */
export function isStanding(report: Report): boolean {
  return report.channel === 'session-file' || report.channel === 'terminal';
}

/** Goes through the reports in the order of their times. Null: there is none. */
export function toldBy(reports: readonly Report[]): Told | null {
  const inOrder = [...reports].sort(
    (one, other) => one.at.getTime() - other.at.getTime() || rank(other) - rank(one),
  );
  return inOrder.reduce<Told | null>(addReport, null);
}

/** The last report of each channel, the best channel first. */
export function lastOfEachChannel(reports: readonly Report[]): readonly Report[] {
  return CHANNELS.flatMap((channel) => {
    const own = reports.filter((report) => report.channel === channel);
    const last = own.reduce<Report | null>(
      (latest, report) => (latest === null || report.at >= latest.at ? report : latest),
      null,
    );
    return last === null ? [] : [last];
  });
}

function rank(report: Report): number {
  return CHANNELS.indexOf(report.channel);
}

function addReport(before: Told | null, report: Report): Told {
  const next = { says: report.says, report, confirmedAt: report.at };
  if (before === null) return next;
  const isSameMoment = report.at.getTime() - before.confirmedAt.getTime() < ONE_MOMENT_MS;
  const isLesser = rank(report) > rank(before.report);
  if (isLesser && isSameMoment) return before;
  if (agrees(before, report, isLesser)) return { ...before, confirmedAt: report.at };
  return next;
}

/** Says nothing that was not known, or says it in fewer words. */
function agrees(before: Told, report: Report, isLesser: boolean): boolean {
  switch (report.says.kind) {
    case 'at-prompt':
      return ['turn-ended', 'turn-failed'].includes(before.says.kind);
    case 'turn-ended':
      // Some agents end a failed turn as they end any other.
      return before.says.kind === report.says.kind && isLesser;
    case 'asks':
      return before.says.kind === 'asks' && isLesser;
    case 'working':
      return before.says.kind === 'tool-began' && isLesser;
    case 'tool-began':
    case 'tool-ended':
    case 'compacting':
    case 'turn-failed':
    case 'session-began':
    case 'session-ended':
      return false;
  }
}

/** What the report alone would mean, its screen not seen. Null: it tells of no state. */
export function observationFrom(report: Report, toolsRun: boolean): Observation | null {
  const evidence = {
    source: report.channel,
    rule: `${report.channel}/${report.says.kind}`,
    evidence: report.detail,
    confidence: report.channel === 'transcript' ? LIKELY : SURE,
  };
  const says = report.says;
  switch (says.kind) {
    case 'session-began':
      return null;
    case 'session-ended':
      return { ...evidence, state: 'exiting' };
    case 'working':
    case 'tool-began':
    case 'tool-ended':
      return { ...evidence, state: toolsRun ? 'running' : 'thinking' };
    case 'compacting':
      return { ...evidence, state: 'compacting' };
    case 'at-prompt':
      return { ...evidence, state: 'idle' };
    case 'asks':
      return {
        ...evidence,
        state: 'waiting_input',
        promptKind: says.promptKind,
        dialog: { promptKind: says.promptKind, question: says.question, options: [] },
      };
    case 'turn-ended': {
      if (says.backgroundTasks > 0)
        return { ...evidence, state: 'idle', rule: `${report.channel}/background-tasks` };
      const last = says.lastMessage?.trimEnd() ?? '';
      return /[?？]$/u.test(last)
        ? {
            ...evidence,
            state: 'waiting_input',
            promptKind: 'text_question',
            question: last.slice(last.lastIndexOf('\n') + 1),
          }
        : { ...evidence, state: 'completed' };
    }
    case 'turn-failed':
      return { ...seenFailure(evidence.rule, says.why), source: report.channel };
  }
}
