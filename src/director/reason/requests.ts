import {
  type AgentRequest,
  type Approval,
  type Decision,
  type Dialog,
  dialogOf,
  hasEnded,
  judgePermission,
} from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'requests';
/** A dialog is drawn within this time after its hook ran. One that is not there after it was answered. */
const DRAWN_WITHIN_MS = 4_000;
const HOOK_IS_HEARD_WITHIN_MS = 3_000;

/** What an agent's permission hook asks: the rules say yes or no, or people do. A request that nobody waits with any more is over. */
export const requests: Reasoner = {
  name: NAME,
  decide(situation) {
    const { session, approvals } = situation;
    const waiting = permissionsWaitedFor(situation);
    const over = approvals
      .filter(
        ({ state, subject }) =>
          state === 'open' &&
          subject.kind === 'permission' &&
          subject.generation === session.generation &&
          !waiting.some(({ ask }) => ask === subject.ask),
      )
      .map(
        (approval): Decision => ({
          kind: 'withdraw-question',
          approval: approval.id,
          ...because(
            NAME,
            'the agent waits for it no longer; it was answered at its terminal, or it went on',
          ),
        }),
      );
    return [...over, ...waiting.flatMap((request) => decideOn(request, situation))];
  },
};

/** The requests of this agent that are still to be answered. */
function permissionsWaitedFor({ session, requests }: Situation): readonly AgentRequest[] {
  return requests.filter(
    ({ state, generation, wants }) =>
      state === 'waiting' && generation === session.generation && wants.kind === 'permission',
  );
}

/** Whether the agent's hook asks what this dialog does: it runs when the dialog opens, and is heard soon after. */
export function isAskedByHook({ promptKind }: Dialog, situation: Situation): boolean {
  const { sight, session, asksByHook, since, now } = situation;
  if (promptKind !== 'permission') return false;
  if (permissionsWaitedFor(situation).length > 0 || wasJustAnswered(situation)) return true;
  return (
    asksByHook === 'with-dialog' &&
    !session.isAdopted &&
    sight.kind === 'seen' &&
    sight.observation.source === 'screen' &&
    now.getTime() - since.getTime() < HOOK_IS_HEARD_WITHIN_MS
  );
}

/** The hook took its answer, and the dialog that was there meanwhile may not be gone from what was seen. */
function wasJustAnswered({ sight, session, asksByHook, settled, pending }: Situation): boolean {
  if (asksByHook !== 'with-dialog' || sight.kind !== 'seen') return false;
  return [...settled, ...pending].some(
    ({ effect, generation, state, endedAt }) =>
      effect.kind === 'answer-hook' &&
      effect.answer.kind !== 'leave' &&
      generation === session.generation &&
      state !== 'failed' &&
      state !== 'dropped' &&
      (endedAt === null || sight.takenAt.getTime() - endedAt.getTime() < DRAWN_WITHIN_MS),
  );
}

function decideOn(request: AgentRequest, situation: Situation): readonly Decision[] {
  const { task, sight, pending, approvals, granted, rules } = situation;
  const { wants } = request;
  if (wants.kind !== 'permission') return [];
  if (pending.some(({ effect }) => effect.kind === 'answer-hook' && effect.ask === request.ask)) return [];
  if (hasEnded(task)) return [leave(request, 'its task is over')];
  if (isAnsweredAtTerminal(request, situation))
    return [leave(request, 'its dialog is closed: it was answered at its terminal')];
  if (sight.kind === 'unreachable') return [];
  const asked = approvals.findLast(
    ({ subject }) => subject.kind === 'permission' && subject.ask === request.ask,
  );
  if (asked !== undefined)
    return wasInVain(asked, situation) ? [leave(request, 'nobody answered in time')] : [];
  const verdict = judgePermission(wants, rules.permissions, granted, rules.actsAlone);
  switch (verdict.kind) {
    case 'allow':
      return [{ kind: 'answer-hook', request, answer: { kind: 'allow' }, ...because(NAME, verdict.why) }];
    case 'deny':
      return [
        {
          kind: 'answer-hook',
          request,
          answer: { kind: 'deny', reason: `Not allowed here: ${verdict.why}.` },
          ...because(NAME, verdict.why),
        },
      ];
    case 'ask':
      return [{ kind: 'ask-permission', request, ...because(NAME, verdict.why) }];
  }
}

function isAnsweredAtTerminal({ askedAt }: AgentRequest, { sight, asksByHook }: Situation): boolean {
  return (
    asksByHook === 'with-dialog' &&
    sight.kind === 'seen' &&
    sight.observation.state !== 'unknown' &&
    dialogOf(sight.observation) === null &&
    sight.takenAt.getTime() - askedAt.getTime() > DRAWN_WITHIN_MS
  );
}

/** Then the agent asks at its terminal. Where its dialog is there all the time it can wait for both. */
function wasInVain({ state }: Approval, { asksByHook }: Situation): boolean {
  return state === 'expired' && asksByHook !== 'with-dialog';
}

function leave(request: AgentRequest, why: string): Decision {
  return { kind: 'answer-hook', request, answer: { kind: 'leave' }, ...because(NAME, why) };
}
