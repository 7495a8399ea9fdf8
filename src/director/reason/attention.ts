import { hasEnded, type Observation } from '../../domain/index.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'attention';

// Right after its last words an agent may still exit, or its pull request still arrive; then there is nothing to tell.
export const RESTS_FOR_MS = 20_000;

/** Tells people, once, of a state in which nothing goes on without them. */
export const attention: Reasoner = {
  name: NAME,
  decide({ task, sight, isTold, since, now }) {
    if (sight.kind !== 'seen' || isTold || hasEnded(task)) return [];
    const restedMs = now.getTime() - since.getTime();
    if (isBetweenTurns(sight.observation) && restedMs < RESTS_FOR_MS) return [];
    const why = wordsFor(sight.observation);
    return why === null
      ? []
      : [
          {
            kind: 'tell-people',
            state: sight.observation.state,
            ...because(NAME, why, sight.observation.confidence),
          },
        ];
  },
};

/** Its prompt is free, which it also is for a moment while an agent starts or goes on. */
function isBetweenTurns({ state }: Observation): boolean {
  return state === 'completed' || state === 'idle';
}

function wordsFor(observation: Observation): string | null {
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
      return 'The agent has reached a usage limit.';
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
