import { isLocked, type ReportReason, taskLabel, timeOf } from '../../../domain/index.ts';
import {
  type AtWork,
  because,
  type FleetDecision,
  type FleetReasoner,
  type FleetSituation,
} from './fleet-situation.ts';
import { GONE_AFTER_MS } from './lifecycle.ts';

const NAME = 'reports';

/**
 * What people should know of and nobody asks them about: a host that only does not answer, for long; one that is gone, or an agent that is
 * stuck, where a person began the session or locked its task, so that nothing is done to it. Each is told once for each time it begins.
 */
export const reports: FleetReasoner = {
  name: NAME,
  decide: (situation) => situation.atWork.flatMap((each) => decideAbout(each, situation)),
};

function decideAbout(about: AtWork, situation: FleetSituation): readonly FleetDecision[] {
  const due = reportFor(about, situation);
  if (due === null || isTold(about, due)) return [];
  return [{ kind: 'report', about, reason: due.reason, text: due.text, ...because(NAME, due.why) }];
}

type Due = {
  readonly reason: ReportReason;
  readonly text: string;
  readonly why: string;
  readonly since: Date;
};

function reportFor(about: AtWork, { now }: FleetSituation): Due | null {
  const { task, session, host, stuckSince, goneSince } = about;
  if (session.state !== 'live') return null;
  const label = taskLabel(task.id);
  const isLong = (since: Date) => now.getTime() - since.getTime() >= GONE_AFTER_MS;
  const owner = session.isAdopted ? 'a person began it' : isLocked(task, now) ? 'its task is locked' : null;
  if (goneSince !== null) {
    if (owner === null || !isLong(goneSince)) return null;
    const next = session.isAdopted
      ? `\`cancel ${label}\` stops following it`
      : `\`unlock ${label}\` lets me ask where it goes on`;
    return {
      reason: 'host-gone',
      text: `${host.name} is gone since ${timeOf(goneSince)}. Nothing is done about ${label}, because ${owner}; ${next}.`,
      why: `its host is gone, and ${owner}`,
      since: goneSince,
    };
  }
  if (host.reach.state === 'unreachable') {
    const { since, why } = host.reach;
    if (!isLong(since)) return null;
    return {
      reason: 'no-answer',
      text: `${host.name} has not answered since ${timeOf(since)} (${why}). The agent of ${label} may go on there; what you write waits until it answers. \`reassign ${label}\` takes the task elsewhere once it does.`,
      why: 'its host does not answer',
      since,
    };
  }
  if (stuckSince === null || !session.isAdopted) return null;
  return {
    reason: 'stuck',
    text: `The agent of ${label} has not moved since ${timeOf(stuckSince)}. Nothing is done, because a person began it; \`snapshot ${label}\` shows its screen.`,
    why: 'its screen stands still, and a person began it',
    since: stuckSince,
  };
}

function isTold({ reported }: AtWork, { reason, since }: Due): boolean {
  return reported.some(
    ({ effect, createdAt }) => effect.kind === 'report' && effect.because === reason && createdAt >= since,
  );
}
