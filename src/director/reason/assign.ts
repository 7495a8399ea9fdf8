import { byUrgency, type Host, type HostId, type QueuedTask } from '../../domain/index.ts';

/** A host and how many sessions it has that are not over. */
export type HostLoad = { readonly host: Host; readonly sessions: number };

export type Assignment =
  | { readonly kind: 'place'; readonly task: QueuedTask; readonly host: Host }
  | { readonly kind: 'leave'; readonly task: QueuedTask; readonly why: string };

/**
 * Which waiting task goes where: the most urgent first, to the host with the most room.
 * A task that names a host waits for that host; it does not hold back the ones behind it.
 */
export function assign(queued: readonly QueuedTask[], loads: readonly HostLoad[]): readonly Assignment[] {
  const used = new Map<HostId, number>(loads.map(({ host, sessions }) => [host.id, sessions]));
  const room = (host: Host): number => host.capacity - (used.get(host.id) ?? 0);
  const assignments: Assignment[] = [];
  for (const task of [...queued].sort(byUrgency)) {
    const candidates = loads
      .map(({ host }) => host)
      .filter((host) => task.wantedHost === null || task.wantedHost === host.id)
      .filter((host) => host.state === 'active');
    const [best] = candidates
      .filter((host) => host.reach.state !== 'unreachable' && room(host) > 0)
      .sort((a, b) => room(b) - room(a));
    if (best === undefined) {
      assignments.push({ kind: 'leave', task, why: whyNot(candidates, task.wantedHost !== null) });
      continue;
    }
    used.set(best.id, (used.get(best.id) ?? 0) + 1);
    assignments.push({ kind: 'place', task, host: best });
  }
  return assignments;
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
