import {
  type ActionEffect,
  type Approval,
  type ApprovalSubject,
  type ChooseOption,
  isLocked,
  taskLabel,
  timeOf,
} from '../../../domain/index.ts';
import {
  type AtWork,
  because,
  type FleetDecision,
  type FleetReasoner,
  type FleetSituation,
} from './fleet-situation.ts';

const NAME = 'fleet-lifecycle';

/** A host may be away for a while, and its sessions go on meanwhile. */
export const GONE_AFTER_MS = 10 * 60_000;

/** What is on its way to the agent, and neither ends nor restarts it. */
const LEAVES_AGENT: readonly ActionEffect['kind'][] = ['ask-model', 'type-text', 'tell-neighbours'];

/**
 * What no single look at a session can tell. Agents that ended, failed or are missing are the sessions' own business; here:
 * stuck: people choose between another host, a restart and leaving it. gone (its provider lists the host no more, or has stopped it, and it
 * does not answer): people choose between another host and waiting. Only not answering, locked, begun by a person: nothing.
 * Each is asked once; a question whose reason is over is withdrawn.
 */
export const fleetLifecycle: FleetReasoner = {
  name: NAME,
  decide: (situation) => situation.atWork.flatMap((each) => decideAbout(each, situation)),
};

function decideAbout(about: AtWork, situation: FleetSituation): readonly FleetDecision[] {
  const wanted = questionFor(about, situation);
  const over = about.questions
    .filter(
      ({ state, subject }) => state === 'open' && isOurs(subject) && subject.question !== wanted?.question,
    )
    .map((question): FleetDecision => ({ kind: 'withdraw', question, ...because(NAME, 'that is over') }));
  const isAsked = about.questions.some(
    ({ subject }) => isOurs(subject) && subject.question === wanted?.question,
  );
  return wanted === null || isAsked
    ? over
    : [
        ...over,
        {
          kind: 'ask',
          about,
          question: wanted.question,
          options: wanted.options,
          ...because(NAME, wanted.why),
        },
      ];
}

type Wanted = { readonly question: string; readonly why: string; readonly options: readonly ChooseOption[] };

/** It names its time, so that another time it is another question. */
function questionFor(about: AtWork, { now }: FleetSituation): Wanted | null {
  const { task, session, host, stuckSince, goneSince, pending } = about;
  if (session.isAdopted || session.state !== 'live' || isLocked(task, now)) return null;
  if (pending.some(({ effect }) => !LEAVES_AGENT.includes(effect.kind))) return null;
  const label = taskLabel(task.id);
  const leave = (reason: 'stuck' | 'host-gone'): ChooseOption => ({
    label: 'Start it elsewhere',
    effect: { kind: 'reassign-task', because: reason, from: host.id, to: null, makesRoomFor: null },
  });
  if (goneSince !== null) {
    if (now.getTime() - goneSince.getTime() < GONE_AFTER_MS) return null;
    return {
      question: `${host.name} is gone since ${timeOf(goneSince)}. What should become of ${label}?`,
      why: `its provider has stopped it or lists it no more, and it does not answer. Elsewhere ${label} goes on from what was pushed; if ${host.name} comes back, what is left there is saved and ended`,
      options: [leave('host-gone'), { label: `Wait for ${host.name}`, effect: null }],
    };
  }
  if (stuckSince === null) return null;
  return {
    question: `The agent of ${label} on ${host.name} has not moved since ${timeOf(stuckSince)}. What should be done?`,
    why: 'it should go on by itself, and its screen stands still',
    options: [
      { label: 'Restart the agent', effect: { kind: 'restart-agent' } },
      leave('stuck'),
      { label: 'Leave it', effect: null },
    ],
  };
}

/** Nobody else lets people choose another host. */
function isOurs(subject: Approval['subject']): subject is Extract<ApprovalSubject, { kind: 'choose' }> {
  return subject.kind === 'choose' && subject.options.some(({ effect }) => effect?.kind === 'reassign-task');
}
