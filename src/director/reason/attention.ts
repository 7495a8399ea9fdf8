import {
  type BudgetStanding,
  dialogOf,
  type Hold,
  hasEnded,
  isAtPrompt,
  isDirectorSpent,
  type Observation,
  scopeTitle,
  standingWords,
} from '../../domain/index.ts';
import { isForModelFirst } from './ask-model.ts';
import { because, type Reasoner } from './reasoner.ts';
import { isBetweenTurns, RESTS_FOR_MS } from './rest.ts';

const NAME = 'attention';
/** A dialog is drawn line by line: for a moment it has no answers yet. */
const IS_DRAWN_WITHIN_MS = 4_000;
const ASKED_APART: readonly Hold['kind'][] = ['budget', 'turns'];

/** Tells people, once, of a state in which nothing goes on without them. */
export const attention: Reasoner = {
  name: NAME,
  decide(situation) {
    const { task, sight, isTold, since, holds, approvals, now } = situation;
    if (sight.kind !== 'seen' || isTold || hasEnded(task) || isForModelFirst(situation)) return [];
    // They are asked what to do by a question with buttons.
    if (approvals.some((each) => each.state === 'open' && each.subject.kind === 'choose')) return [];
    const restedMs = now.getTime() - since.getTime();
    if (isBetweenTurns(sight.observation) && restedMs < RESTS_FOR_MS) return [];
    if (hasNoAnswers(sight.observation) && restedMs < IS_DRAWN_WITHIN_MS) return [];
    // Whether it goes on is asked apart from this.
    if (isAtPrompt(sight.observation) && holds.some(({ kind }) => ASKED_APART.includes(kind))) return [];
    const why = wordsFor(sight.observation, holds);
    const spent = situation.standings.find(isDirectorSpent);
    return why === null
      ? []
      : [
          {
            kind: 'tell-people',
            state: sight.observation.state,
            ...because(
              NAME,
              spent === undefined ? why : `${why} ${whyNoModel(spent)}`,
              sight.observation.confidence,
            ),
          },
        ];
  },
};

/** People see why they are asked what a model would else be asked. */
function whyNoModel(standing: BudgetStanding): string {
  return `(I ask no model for now: the budget of ${scopeTitle(standing.scope)} is spent, ${standingWords(standing)}.)`;
}

function hasNoAnswers(observation: Observation): boolean {
  return dialogOf(observation)?.options.length === 0;
}

function wordsFor(observation: Observation, holds: readonly Hold[]): string | null {
  switch (observation.state) {
    case 'completed':
      return 'The agent finished its turn and waits at its prompt. Write here to go on.';
    case 'idle':
      return 'The agent waits at its prompt. Write here to go on.';
    case 'error':
      return 'The agent’s last turn ended with an error, and it waits at its prompt. Write here to let it try again.';
    case 'logged_out':
      return 'The agent is not logged in on its host. Log it in there, then restart it.';
    case 'suspended':
      return 'The agent is suspended (Ctrl-Z). Bring it back with `fg` at its terminal.';
    case 'rate_limited':
      return limitWords(observation, holds);
    case 'waiting_input':
      return observation.promptKind === 'text_question'
        ? `The agent asks: ${observation.question} — write your answer here.`
        : observation.dialog.options.length === 0
          ? 'The agent shows a dialog that I cannot answer from here. Answer it at its terminal.'
          : null;
    default:
      return null;
  }
}

function limitWords(
  observation: Extract<Observation, { state: 'rate_limited' }>,
  holds: readonly Hold[],
): string | null {
  // It tries again by itself, and what it waits for is mostly over soon.
  if (observation.willRetry) return null;
  const quota = holds.find(({ kind }) => kind === 'quota');
  return quota === undefined
    ? 'The model turned the agent away, and it waits at its prompt. Write here to let it try again.'
    : `The agent goes on by itself: ${quota.why}.`;
}
