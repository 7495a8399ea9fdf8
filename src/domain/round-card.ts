import { bold, type Card, type CardButton, type CardPart, code, type Span, text, timeOf } from './card.ts';
import { type TaskId, taskLabel } from './ids.ts';
import { type Round, type RoundEntry, type RoundKind, roundLabel, roundReport } from './round.ts';

/** What fits a message that people read. */
const ENTRIES_SHOWN = 30;
const WORDS_MAX = 200;
const OBJECTIVES_SHOWN = 5;

const TITLES: Readonly<Record<RoundKind, string>> = {
  scout: 'Scout',
  'dry-run': 'Dry run',
  advance: 'Advance',
  'run-once': 'One run',
};

/** Where a round stands, and in the end what came of it: by project, what needs people first, with next steps. */
export function roundCard(round: Round): Card {
  const { id, kind, entries, total, endedAt, adopted } = round;
  const title = `${roundLabel(id)} · ${TITLES[kind]}`;
  const shown = entries.toSorted(byNeed).slice(0, ENTRIES_SHOWN);
  const left = entries.length - shown.length;
  const progress = endedAt === null ? progressOf(entries.length, total) : summaryOf(round);
  return {
    title,
    parts: [
      { kind: 'text', spans: [text(progress)] },
      ...(adopted.length === 0 ? [] : [adoptedPart(adopted)]),
      ...projectsOf(shown, round.objectives),
      ...(left === 0 ? [] : [note(`${left} more are in `, `rounds ${roundLabel(id)} --format json`)]),
      ...(endedAt === null ? [] : [{ kind: 'note' as const, spans: [text(`Done at ${timeOf(endedAt)}.`)] }]),
    ],
    buttons: endedAt === null ? [] : nextSteps(round),
    summary: `${title}: ${progress}`,
  };
}

/** The report as a file; null: nobody wants it, or there is none yet. */
export function roundFile(round: Round): CardPart | null {
  if (!round.isSaved || round.endedAt === null) return null;
  const name = `${round.kind}-${roundLabel(round.id)}`;
  return {
    kind: 'attachment',
    file: { kind: 'text', name, ending: 'json', lines: roundReport(round).split('\n') },
    alt: `The report of ${roundLabel(round.id)} as JSON`,
  };
}

function progressOf(done: number, total: number | null): string {
  return total === null ? 'I look for sessions.' : `${done} of ${total} sessions are done.`;
}

function summaryOf({ kind, entries, scope }: Round): string {
  if (entries.length === 0) {
    const where = scope.host === null ? '' : ` on ${scope.host}`;
    return `There is no session${where}${scope.session === null ? '' : ` called ${scope.session}`}.`;
  }
  const count = (outcome: RoundEntry['outcome']) => entries.filter((each) => each.outcome === outcome).length;
  const told: readonly (readonly [number, string])[] = [
    [count('would'), kind === 'scout' || kind === 'dry-run' ? 'decided, nothing done' : 'left as they are'],
    [count('done'), 'done'],
    [count('asked'), 'wait for an answer'],
    [count('skipped'), 'skipped'],
    [count('failed'), 'failed'],
  ];
  const words = told.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${entries.length} ${entries.length === 1 ? 'session' : 'sessions'}: ${words.join(', ')}.`;
}

function adoptedPart(adopted: readonly TaskId[]): CardPart {
  return { kind: 'text', spans: [text(`Adopted: ${adopted.map(taskLabel).join(', ')}.`)] };
}

function projectsOf(entries: readonly RoundEntry[], objectives: Round['objectives']): readonly CardPart[] {
  const repos = [...new Set(entries.map(({ repo }) => repo))];
  return repos.flatMap((repo): readonly CardPart[] => [
    { kind: 'text', spans: [bold(repo ?? 'In no project')] },
    ...wanted(objectives.find((each) => each.repo === repo)?.open ?? []),
    { kind: 'list', items: entries.filter((entry) => entry.repo === repo).map(lineOf) },
  ]);
}

function wanted(open: readonly string[]): readonly CardPart[] {
  if (open.length === 0) return [];
  const left = open.length - OBJECTIVES_SHOWN;
  const more = left > 0 ? `; ${left} more` : '';
  const words = open.slice(0, OBJECTIVES_SHOWN).map(cut).join('; ');
  return [{ kind: 'note', spans: [text(`Objectives: ${words}${more}.`)] }];
}

/** `T12 main on dev1 — waiting_input: to answer “Yes” (80 % sure): the brief asks for it. Asked.` */
function lineOf(entry: RoundEntry): readonly Span[] {
  const { host, session, task, state, decision, confidence, why, isUnchanged, outcome } = entry;
  const who: readonly Span[] =
    task === null ? [code(session)] : [bold(taskLabel(task)), text(' '), code(session)];
  const sure = confidence === null ? '' : ` (${Math.round(confidence * 100)} % sure)`;
  const intent = decision === null ? '' : ` — to ${cut(decision)}${sure}`;
  return [
    ...who,
    text(` on ${host}: ${state.replaceAll('_', ' ')}${intent}: ${cut(why)}`),
    text(` · ${outcomeWords[outcome]}${isUnchanged ? ', unchanged' : ''}`),
  ];
}

const outcomeWords: Readonly<Record<RoundEntry['outcome'], string>> = {
  would: 'nothing done',
  done: 'done',
  asked: 'waits for your answer in its thread',
  skipped: 'skipped',
  failed: 'failed',
};

const cut = (words: string): string =>
  words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX - 1)}…` : words;

const NEED: readonly RoundEntry['outcome'][] = ['failed', 'asked', 'skipped', 'would', 'done'];

function byNeed(one: RoundEntry, other: RoundEntry): number {
  return (
    NEED.indexOf(one.outcome) - NEED.indexOf(other.outcome) ||
    one.host.localeCompare(other.host) ||
    one.session.localeCompare(other.session)
  );
}

function nextSteps({ id, kind, entries }: Round): readonly CardButton[] {
  const canAdvance = entries.some(({ outcome, task }) => outcome === 'would' && task !== null);
  const advance: CardButton = {
    request: { kind: 'round', verb: 'advance', round: id },
    label: 'Advance',
    style: 'primary',
    confirm: null,
  };
  const again: CardButton = {
    request: { kind: 'round', verb: 'again', round: id },
    label: 'Look again',
    style: 'plain',
    confirm: null,
  };
  return canAdvance && (kind === 'scout' || kind === 'dry-run') ? [advance, again] : [again];
}

function note(words: string, typed: string): CardPart {
  return { kind: 'note', spans: [text(words), code(typed), text('.')] };
}
