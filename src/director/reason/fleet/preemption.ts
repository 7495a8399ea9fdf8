import {
  byUrgency,
  lockOf,
  mayActOn,
  PRIORITIES,
  type QueuedTask,
  taskLabel,
} from '../../../domain/index.ts';
import {
  type AtWork,
  because,
  type FleetDecision,
  type FleetReasoner,
  type FleetSituation,
} from './fleet-situation.ts';
import { notReadyBecause } from './readiness.ts';

const NAME = 'preemption';

/** Makes room for a critical task, and only when there is none at all: the least urgent task gives up its place, its work is saved first. */
export const preemption: FleetReasoner = {
  name: NAME,
  decide(situation, earlier) {
    const critical = situation.queued
      .filter(({ priority }) => priority === 'critical')
      .filter((task) => notReadyBecause(task, situation) === null)
      .filter((task) => !earlier.some((each) => each.kind === 'leave' && each.task === task))
      .toSorted(byUrgency);
    let takenSlots = 0;
    const decisions: FleetDecision[] = [];
    for (const task of critical) {
      // What is free now is not free for the next one.
      if (freeSlots(task, situation) > takenSlots) {
        takenSlots += 1;
        continue;
      }
      if (makesRoomAlready(task, situation.atWork)) {
        decisions.push({ kind: 'leave', task, ...because(NAME, 'room is being made for it') });
        continue;
      }
      const taken = [...earlier, ...decisions];
      const victim = leastUrgent(task, situation, taken);
      if (victim === null) continue;
      const makes = `${taskLabel(task.id)} is critical and no place is free; ${taskLabel(victim.task.id)} is the least urgent (${victim.task.priority})`;
      decisions.push({ kind: 'reassign', victim, makesRoomFor: task, ...because(NAME, makes) });
      decisions.push({
        kind: 'leave',
        task,
        ...because(NAME, `room is made for it: ${taskLabel(victim.task.id)} goes back to the queue`),
      });
    }
    return decisions;
  },
};

/** Where it may start: an account at its limit has no place for it. */
function freeSlots(task: QueuedTask, { hosts, holdOn }: FleetSituation): number {
  return hosts
    .filter(({ host }) => host.state === 'active' && host.reach.state !== 'unreachable')
    .filter(({ host }) => holdOn(task, host) === null)
    .reduce((sum, { host, sessions }) => sum + Math.max(0, host.capacity - sessions), 0);
}

function makesRoomAlready(task: QueuedTask, atWork: readonly AtWork[]): boolean {
  return atWork.some(({ pending }) =>
    pending.some(({ effect }) => effect.kind === 'reassign-task' && effect.makesRoomFor === task.id),
  );
}

/** Of two that are equally urgent the one that began last: it loses least. Null: nobody may be ended for it. */
function leastUrgent(
  task: QueuedTask,
  { atWork, holdOn, now }: FleetSituation,
  taken: readonly FleetDecision[],
): AtWork | null {
  const rank = ({ priority }: { priority: QueuedTask['priority'] }) => PRIORITIES.indexOf(priority);
  const [victim] = atWork
    .filter((each) => rank(each.task) > rank(task))
    .filter((each) => mayGiveWay(each, task, now) && holdOn(task, each.host) === null)
    .filter((each) => !taken.some((other) => other.kind === 'reassign' && other.victim === each))
    .toSorted(
      (one, other) =>
        rank(other.task) - rank(one.task) ||
        other.session.createdAt.getTime() - one.session.createdAt.getTime(),
    );
  return victim ?? null;
}

/** Its host takes the task in its place, and nobody said that it should be left alone. */
function mayGiveWay(
  { task: own, session, host, pending, couldNotLeave }: AtWork,
  task: QueuedTask,
  now: Date,
): boolean {
  return (
    lockOf(own, now) === null &&
    !session.isAdopted &&
    host.state === 'active' &&
    mayActOn(host) &&
    host.reach.state !== 'unreachable' &&
    !couldNotLeave &&
    (task.wantedHost === null || task.wantedHost === host.id) &&
    !pending.some(({ effect }) => effect.kind === 'end-session' || effect.kind === 'reassign-task')
  );
}
