import { type AgentKind, weigh } from '../../agents/index.ts';
import {
  endBetween,
  type Host,
  type HostIdentity,
  misrouteOf,
  type Report,
  type Result,
  type Session,
  tmuxServerOf,
} from '../../domain/index.ts';
import { redact } from '../../safety/index.ts';
import type { Fleet, HostFailure, HostLook } from '../ports.ts';
import type { Sight } from '../situation.ts';
import { fileReports, redacted, redactedReading, screenLines } from './see-session.ts';

/** What is known before a look, and what it is weighed with. */
export type Beforehand = {
  /** Who the host was the last time; null: it never answered. */
  readonly identity: HostIdentity | null;
  readonly otherHosts: readonly string[];
  /** What the agent told of this start of the session. */
  readonly reports: readonly Report[];
  readonly now: () => Date;
};

/** Looks at one session and says what it means. A session is found by what Fleet Director wrote on it, whatever it is called now. */
export async function look(
  fleet: Pick<Fleet, 'look'>,
  kind: AgentKind,
  host: Host,
  session: Session,
  beforehand: Beforehand,
  signal: AbortSignal,
): Promise<Sight> {
  const lookAt = (name: string) =>
    fleet.look(
      host,
      {
        screens: [name],
        isWhole: false,
        stateFiles: kind.stateFile === undefined || kind.stateFile === null ? [] : [kind.stateFile.pattern],
      },
      signal,
    );
  const looked = await lookAt(session.name);
  const name = looked.ok
    ? looked.value.sessions.find((each) => each.session === session.id)?.name
    : undefined;
  const isRenamed = name !== undefined && name !== session.name;
  return sightOf(kind, host, session, isRenamed ? await lookAt(name) : looked, beforehand);
}

export function sightOf(
  kind: AgentKind,
  host: Host,
  session: Session,
  looked: Result<HostLook, HostFailure>,
  { identity, otherHosts, reports, now }: Beforehand,
): Sight {
  if (!looked.ok) return { kind: 'unreachable', why: describeFailure(looked.error) };
  const told = looked.value.identity;
  const misroute = misrouteOf(identity, told, { own: host.name, others: otherHosts });
  if (misroute !== null) return { kind: 'unreachable', why: `another machine answers: ${misroute.why}` };
  const server = tmuxServerOf(told);
  const own = looked.value.sessions.find((each) => each.session === session.id);
  if (own === undefined) {
    const end = session.server === null ? null : endBetween(session.server, server);
    return { kind: 'absent', ended: end };
  }
  // It went away or was renamed between two questions of one look: the next look knows.
  if (own.capture === null) return { kind: 'unreachable', why: 'its screen could not be read' };
  const files = fileReports(kind, own, own.capture, looked.value.clockAheadMs);
  const weighed = weigh(kind, own.capture, [...reports, ...files], now());
  return {
    kind: 'seen',
    observation: redacted(weighed.observation),
    readings: weighed.readings.map(redactedReading),
    screen: screenLines(own.capture.plain),
    name: own.name,
    server,
    takenAt: own.capture.takenAt,
  };
}

/** One clause for people. */
export function describeFailure(failure: HostFailure): string {
  switch (failure.kind) {
    case 'unreachable':
      return redact(failure.detail);
    case 'timed-out':
      return `no answer within ${Math.round(failure.afterMs / 1000)} s`;
    case 'missing-program':
      return failure.program === 'azlin' || failure.program === 'ssh'
        ? `${failure.program} is not to be found on the bot's machine`
        : `${failure.program} is not installed there`;
    case 'no-session':
      return `there is no session ${failure.session}`;
    case 'refused':
      return redact(failure.stderr.trim()) || `the command ended with ${failure.exitCode}`;
  }
}
