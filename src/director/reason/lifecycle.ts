import {
  hasEnded,
  isBusy,
  isLive,
  MISSED_LOOKS_UNTIL_LOST,
  type Observation,
  type Session,
} from '../../domain/index.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'lifecycle';
// Confidence below which an agent is not taken for ended.
const SURE_OF_END = 0.7;
// A pull request may come before the agent's last words; whoever works much longer does nothing for the task any more.
const WORK_AFTER_END_MS = 10 * 60_000;

const wordsForEnd = {
  reboot: 'its host was rebooted, which ended its tmux session',
  'tmux-restart': 'the tmux server of its host was ended and started anew, and with it the session',
} as const;

/** Begins and ends: an agent that ended, a session that is gone, a task that is over. */
export const lifecycle: Reasoner = {
  name: NAME,
  decide({ task, session, sight, now }) {
    switch (sight.kind) {
      case 'unreachable':
        return [{ kind: 'wait', ...because(NAME, `the host does not answer: ${sight.why}`) }];
      case 'absent': {
        if (hasEnded(task))
          return [{ kind: 'close-session', ...because(NAME, 'its task is over and it is gone') }];
        if (sight.ended !== null) {
          return [{ kind: 'fail-task', ...because(NAME, wordsForEnd[sight.ended]) }];
        }
        if (session.missedLooks + 1 < MISSED_LOOKS_UNTIL_LOST) {
          return [
            {
              kind: 'note-missing',
              ...because(NAME, 'its session was not found; looking once more before giving up'),
            },
          ];
        }
        return [
          { kind: 'fail-task', ...because(NAME, `the tmux session ${session.name} is gone from the host`) },
        ];
      }
      case 'seen': {
        const { observation } = sight;
        if (hasEnded(task)) {
          return session.isAdopted ||
            isAtRest(observation) ||
            now.getTime() - task.endedAt.getTime() > WORK_AFTER_END_MS
            ? [{ kind: 'end-session', ...because(NAME, `its task is ${task.state}`, observation.confidence) }]
            : [];
        }
        if (!isLive(task) || !isOver(observation) || observation.confidence < SURE_OF_END) return [];
        if (observation.state !== 'shell') return [];
        return observation.exitStatus === 0 || wasLeft(session, observation)
          ? [{ kind: 'complete-task', ...because(NAME, 'the agent ended by itself', observation.confidence) }]
          : [{ kind: 'fail-task', ...because(NAME, endOf(observation.exitStatus), observation.confidence) }];
      }
    }
  },
};

/** Nothing is under way: over, at its prompt, or waiting for somebody who has no reason to come any more. */
function isAtRest(observation: Observation): boolean {
  return !isBusy(observation) && observation.state !== 'unknown' && observation.state !== 'exiting';
}

function isOver(observation: Observation): boolean {
  return observation.state === 'shell';
}

/** Whoever began it by hand also quits it by hand, and the shell around it does not tell how it ended. */
function wasLeft(session: Session, observation: Extract<Observation, { state: 'shell' }>): boolean {
  return session.isAdopted && observation.exitStatus === null && observation.trouble === null;
}

function endOf(exitStatus: number | null): string {
  return exitStatus === null
    ? 'the agent ended without an exit status: it was killed, or only its shell is left'
    : `the agent ended with exit status ${exitStatus}`;
}
