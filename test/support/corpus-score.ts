import { z } from 'zod';
import { classify } from '../../src/cli/classify.ts';
import type { RecordedScreen } from './corpus.ts';

const verdict = z.object({
  id: z.string(),
  state: z.string(),
  needsHuman: z.boolean(),
  promptKind: z.string().nullable(),
  rule: z.string(),
  evidence: z.string(),
});

/** What the command line says of a recorded screen. */
export type Judged = { readonly screen: RecordedScreen; readonly verdict: z.infer<typeof verdict> };

/** Asks the command line's classifier, so that screens, signals and series count as they do for whoever calls it. */
export async function judgeScreens(screens: readonly RecordedScreen[]): Promise<readonly Judged[]> {
  async function* lines() {
    for (const screen of screens) yield new TextEncoder().encode(`${screen.line}\n`);
  }
  const byPath = new Map(screens.map((screen) => [screen.path, screen]));
  const judged: Judged[] = [];
  for await (const text of classify(lines())) {
    for (const line of text.trimEnd().split('\n')) {
      const answer = verdict.parse(JSON.parse(line));
      const screen = byPath.get(answer.id);
      if (screen === undefined) throw new Error(`an answer to a question that was not asked: ${answer.id}`);
      judged.push({ screen, verdict: answer });
    }
  }
  return judged;
}

export type StateScore = {
  readonly state: string;
  /** Screens that are in this state. */
  readonly screens: number;
  /** Of the screens in this state, the share that was given an accepted answer. */
  readonly recall: number;
  /** Of the answers of this state, the share that was accepted. Null: it was never the answer. */
  readonly precision: number | null;
};

export type Score = {
  readonly agent: string;
  readonly screens: number;
  readonly accepted: number;
  readonly states: readonly StateScore[];
  /** True state, state answered, how often, whether accepted. */
  readonly cells: readonly {
    readonly truth: string;
    readonly answer: string;
    readonly count: number;
    readonly isAccepted: boolean;
  }[];
  /** Right answers to whether a person is needed, of those that were asked. */
  readonly needsHuman: { readonly right: number; readonly asked: number };
  readonly promptKinds: { readonly right: number; readonly asked: number };
};

export function scoreScreens(judged: readonly Judged[]): readonly Score[] {
  const agents = [...new Set(judged.map(({ screen }) => screen.kind.name))].sort();
  return agents.map((agent) =>
    scoreOf(
      agent,
      judged.filter(({ screen }) => screen.kind.name === agent),
    ),
  );
}

function scoreOf(agent: string, judged: readonly Judged[]): Score {
  const cells = new Map<string, Score['cells'][number]>();
  for (const each of judged) {
    const truth = each.screen.truth.state;
    const answer = each.verdict.state;
    const key = `${truth} ${answer} ${isAccepted(each)}`;
    cells.set(key, { truth, answer, count: (cells.get(key)?.count ?? 0) + 1, isAccepted: isAccepted(each) });
  }
  const humans = judged.filter(({ screen }) => screen.truth.needsHuman !== null);
  const prompts = judged.filter(({ screen }) => screen.truth.promptKind !== null);
  return {
    agent,
    screens: judged.length,
    accepted: judged.filter(isAccepted).length,
    states: statesOf(judged),
    cells: [...cells.values()].sort((one, other) => one.truth.localeCompare(other.truth)),
    needsHuman: {
      right: humans.filter(({ screen, verdict: { needsHuman } }) => screen.truth.needsHuman === needsHuman)
        .length,
      asked: humans.length,
    },
    promptKinds: { right: prompts.filter(hasPromptKind).length, asked: prompts.length },
  };
}

export function isAccepted({ screen, verdict: { state } }: Judged): boolean {
  return screen.truth.accept.includes(state);
}

export function hasPromptKind({ screen, verdict: { promptKind } }: Judged): boolean {
  return screen.truth.promptKind === null || screen.truth.promptKind === promptKind;
}

function statesOf(judged: readonly Judged[]): readonly StateScore[] {
  const states = [
    ...new Set(judged.flatMap(({ screen, verdict: { state } }) => [screen.truth.state, state])),
  ];
  return states.sort().map((state) => {
    const own = judged.filter(({ screen }) => screen.truth.state === state);
    const answers = judged.filter(({ verdict: answer }) => answer.state === state);
    return {
      state,
      screens: own.length,
      recall: own.length === 0 ? 1 : own.filter(isAccepted).length / own.length,
      precision: answers.length === 0 ? null : answers.filter(isAccepted).length / answers.length,
    };
  });
}

export function renderScore(score: Score): string {
  const states = score.states.map(
    ({ state, screens, recall, precision }) =>
      `  ${state.padEnd(15)} ${String(screens).padStart(5)}  ${share(recall)}  ${precision === null ? '       –' : share(precision)}`,
  );
  const answers = [...new Set(score.cells.map(({ answer }) => answer))].sort();
  const truths = [...new Set(score.cells.map(({ truth }) => truth))].sort();
  const rows = truths.map((truth) => {
    const counts = answers.map((answer) => {
      const own = score.cells.filter((cell) => cell.truth === truth && cell.answer === answer);
      const count = own.reduce((sum, cell) => sum + cell.count, 0);
      const mark = own.some((cell) => !cell.isAccepted) ? '!' : ' ';
      return `${count === 0 ? '·' : `${count}${mark}`}`.padStart(7);
    });
    return `  ${truth.padEnd(15)}${counts.join('')}`;
  });
  const { needsHuman, promptKinds } = score;
  return [
    `${score.agent}: ${score.accepted} of ${score.screens} accepted (${share(score.accepted / score.screens).trim()})`,
    `  who needs a person: ${needsHuman.right} of ${needsHuman.asked}, sorts of dialogs: ${promptKinds.right} of ${promptKinds.asked}`,
    '',
    `  ${'state'.padEnd(15)} ${'true'.padStart(5)}  ${'recall'.padStart(8)}  precision`,
    ...states,
    '',
    `  ${'true \\ answer'.padEnd(15)}${answers.map((answer) => answer.slice(0, 6).padStart(7)).join('')}   ! not accepted`,
    ...rows,
    '',
  ].join('\n');
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`.padStart(8);
}

const WORKING = ['starting', 'thinking', 'running', 'compacting', 'retrying'];
const AT_PROMPT = ['idle', 'completed', 'error'];

/** The mistakes that make a fleet harmful; null: none of them. */
export function forbiddenConfusion(judged: Judged): string | null {
  const { state, sub } = judged.screen.truth;
  const answer = judged.verdict.state;
  if (isAccepted(judged) || answer === 'unknown') return null;
  if (state === 'waiting_input' && sub !== 'text_question') return 'a dialog read as something else';
  const isFree = AT_PROMPT.includes(answer) || judged.verdict.promptKind === 'text_question';
  if (WORKING.includes(state) && (isFree || answer === 'shell')) return 'work read as ended';
  if (state === 'shell' && (WORKING.includes(answer) || isFree)) return 'a dead shell read as alive';
  if (answer === 'shell' && state !== 'exiting') return 'a living agent read as dead';
  if (answer === 'completed') return 'an unfinished turn read as completed';
  if (answer === 'waiting_input' && judged.verdict.promptKind !== 'text_question')
    return 'a dialog that is not there';
  return null;
}
