import { isAtPrompt, isBusy, type Observation } from '../../src/domain/index.ts';
import type { RecordedScreen } from './corpus.ts';

export type Answer = { readonly screen: RecordedScreen; readonly observation: Observation };

export type Score = {
  readonly agent: string;
  readonly screens: number;
  readonly accepted: number;
  /** True state, state answered, how often, whether accepted. */
  readonly cells: readonly {
    readonly truth: string;
    readonly answer: string;
    readonly count: number;
    readonly isAccepted: boolean;
  }[];
};

export function scoreScreens(answers: readonly Answer[]): readonly Score[] {
  const agents = [...new Set(answers.map(({ screen }) => screen.kind.name))];
  return agents.map((agent) => {
    const own = answers.filter(({ screen }) => screen.kind.name === agent);
    const cells = new Map<string, Score['cells'][number]>();
    for (const { screen, observation } of own) {
      const isAccepted = screen.truth.accept.includes(observation.state);
      const key = `${screen.truth.state} ${observation.state} ${isAccepted}`;
      const count = (cells.get(key)?.count ?? 0) + 1;
      cells.set(key, { truth: screen.truth.state, answer: observation.state, count, isAccepted });
    }
    return {
      agent,
      screens: own.length,
      accepted: own.filter(({ screen, observation }) => screen.truth.accept.includes(observation.state))
        .length,
      cells: [...cells.values()].sort((one, other) => one.truth.localeCompare(other.truth)),
    };
  });
}

export function renderConfusion(score: Score): string {
  const percent = ((100 * score.accepted) / score.screens).toFixed(1);
  const rows = score.cells.map(
    ({ truth, answer, count, isAccepted }) =>
      `  ${truth.padEnd(14)} ${answer.padEnd(14)} ${String(count).padStart(4)}${isAccepted ? '' : '  wrong'}`,
  );
  return [`${score.agent}: ${score.accepted} of ${score.screens} accepted (${percent} %)`, ...rows].join(
    '\n',
  );
}

const DEAD = ['shell'];

/** The mistakes that make a fleet harmful; null: none of them. */
export function forbiddenConfusion(screen: RecordedScreen, observation: Observation): string | null {
  const { state, accept, sub } = screen.truth;
  if (accept.includes(observation.state) || observation.state === 'unknown') return null;
  if (state === 'waiting_input' && sub !== 'text_question') return 'a dialog read as something else';
  const isWorking = ['thinking', 'running', 'compacting', 'retrying'].includes(state);
  if (isWorking && (isAtPrompt(observation) || DEAD.includes(observation.state))) return 'work read as ended';
  if (state === 'shell' && (isBusy(observation) || isAtPrompt(observation)))
    return 'a dead shell read as alive';
  if (observation.state === 'shell' && state !== 'exiting') return 'a living agent read as dead';
  if (observation.state === 'completed') return 'an unfinished turn read as completed';
  if (observation.state === 'waiting_input' && observation.promptKind !== 'text_question')
    return 'a dialog that is not there';
  return null;
}
