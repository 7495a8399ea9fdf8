import {
  byUrgency,
  type Host,
  type HostId,
  placeOf,
  placeOfWork,
  type QueuedTask,
  successRate,
  type TaskId,
  taskLabel,
} from '../../../domain/index.ts';
import { because, type FleetDecision, type FleetReasoner, type FleetSituation } from './fleet-situation.ts';
import { notReadyBecause } from './readiness.ts';

const NAME = 'assignment';

// What weighs how much, in free places: a task goes to a related one unless another host has so much more room.
const RELATED_WEIGHS = 2;
// A record that could not be better weighs this much more than an unknown one, one that could not be worse this much less.
const RECORD_WEIGHS = 2;

/**
 * Which waiting task goes where: the most urgent first, to the host where it fits best. That is the one with the most room, unless tasks that
 * it is related to are elsewhere, or work of its sort ended well or badly there before. A task that names a host waits for that host; it
 * does not hold back the ones behind it.
 */
export const assignment: FleetReasoner = {
  name: NAME,
  decide(situation, earlier) {
    const used = new Map<HostId, number>(situation.hosts.map(({ host, sessions }) => [host.id, sessions]));
    const placed = new Map<TaskId, HostId>();
    const decisions: FleetDecision[] = [];
    const heard = earlier.flatMap((each) =>
      each.kind === 'place' || each.kind === 'leave' ? [each.task.id] : [],
    );
    for (const each of earlier) {
      if (each.kind === 'place') used.set(each.host.id, (used.get(each.host.id) ?? 0) + 1);
    }
    for (const task of situation.queued.toSorted(byUrgency)) {
      if (heard.includes(task.id)) continue;
      const notReady = notReadyBecause(task, situation);
      if (notReady !== null) {
        decisions.push({ kind: 'leave', task, ...because(NAME, notReady) });
        continue;
      }
      const candidates = situation.hosts
        .map(({ host }) => host)
        .filter((host) => task.wantedHost === null || task.wantedHost === host.id)
        .filter((host) => host.state === 'active');
      const free = candidates.filter((host) => situation.holdOn(task, host) === null);
      const [best] = free
        .map((host) => fitOf(host, host.capacity - (used.get(host.id) ?? 0), task, situation, placed))
        .filter(({ host, room }) => host.reach.state !== 'unreachable' && room > 0)
        .toSorted(byFit);
      if (best === undefined) {
        const [hold] = candidates.flatMap((host) => situation.holdOn(task, host) ?? []);
        const isHeld = free.length === 0 && hold !== undefined;
        const why = isHeld ? hold.why : whyNot(free, task.wantedHost !== null);
        decisions.push({ kind: 'leave', task, ...because(NAME, why) });
        continue;
      }
      used.set(best.host.id, (used.get(best.host.id) ?? 0) + 1);
      placed.set(task.id, best.host.id);
      decisions.push({ kind: 'place', task, host: best.host, ...because(NAME, fitWords(best)) });
    }
    return decisions;
  },
};

type Fit = {
  readonly host: Host;
  readonly room: number;
  /** A related task that is, or was, there; null: none. */
  readonly related: TaskId | null;
  readonly rate: number;
  /** It was taken off this host before. */
  readonly wasLeft: boolean;
};

function fitOf(
  host: Host,
  room: number,
  task: QueuedTask,
  situation: FleetSituation,
  placed: ReadonlyMap<TaskId, HostId>,
): Fit {
  return {
    host,
    room,
    related: relatedOn(host.id, task, situation, placed),
    rate: successRate(situation.records, placeOfWork(task, host.id)),
    wasLeft: situation.left.get(task.id)?.has(host.id) ?? false,
  };
}

/** The task that it comes after; or one that comes after it, or after the same as it. */
function relatedOn(
  host: HostId,
  task: QueuedTask,
  { awaited, atWork, queued }: FleetSituation,
  placed: ReadonlyMap<TaskId, HostId>,
): TaskId | null {
  const before = task.after
    .map((id) => awaited.get(id))
    .find((each) => each !== undefined && placeOf(each)?.host === host);
  if (before !== undefined) return before.id;
  const isRelated = (other: { readonly id: TaskId; readonly after: readonly TaskId[] }) =>
    other.id !== task.id &&
    (other.after.includes(task.id) || other.after.some((id) => task.after.includes(id)));
  const live = atWork.find((each) => each.host.id === host && isRelated(each.task));
  if (live !== undefined) return live.task.id;
  return queued.find((each) => placed.get(each.id) === host && isRelated(each))?.id ?? null;
}

function byFit(one: Fit, other: Fit): number {
  if (one.wasLeft !== other.wasLeft) return one.wasLeft ? 1 : -1;
  return pointsOf(other) - pointsOf(one);
}

function pointsOf({ room, related, rate }: Fit): number {
  return room + (related === null ? 0 : RELATED_WEIGHS) + (rate - 0.5) * 2 * RECORD_WEIGHS;
}

function fitWords({ host, room, related, rate }: Fit): string {
  const reasons = [
    `${host.name} has room for ${room}`,
    ...(related === null ? [] : [`${taskLabel(related)}, which it belongs to, is there`]),
    ...(rate > 0.5 ? ['work like this ended well there'] : []),
    ...(rate < 0.5 ? ['work like this ended badly there, and no other host fits better'] : []),
  ];
  return reasons.join('; ');
}

function whyNot(candidates: readonly Host[], isPinned: boolean): string {
  const [only] = candidates;
  if (only === undefined) {
    return isPinned
      ? 'its host was removed or takes nothing new; resume the host, or cancel the task and add it without --host'
      : 'no host takes tasks; add one with `hosts add`';
  }
  const reachable = candidates.filter((host) => host.reach.state !== 'unreachable');
  if (reachable.length === 0) {
    return isPinned ? `${only.name} does not answer` : 'none of the hosts answers; `hosts` says why';
  }
  return isPinned
    ? `${only.name} is full`
    : 'every host is full; it starts when an agent ends, or add a host';
}
