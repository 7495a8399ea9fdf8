import { type AgentKind, observe } from '../../agents/index.ts';
import type { Capture, Host, Observation, Result, Session } from '../../domain/index.ts';
import { redact } from '../../safety/index.ts';
import type { Fleet, HostFailure } from '../ports.ts';
import type { Sight } from '../situation.ts';

/** Looks at one session and says what it means. */
export async function look(
  fleet: Pick<Fleet, 'read'>,
  kind: AgentKind,
  host: Host,
  session: Session,
  signal: AbortSignal,
): Promise<Sight> {
  const read = await fleet.read(host, session.name, signal);
  return sightOf(kind, read);
}

export function sightOf(kind: AgentKind, read: Result<Capture, HostFailure>): Sight {
  if (read.ok) {
    return {
      kind: 'seen',
      observation: redacted(observe(kind, read.value)),
      readings: [],
      screen: screenLines(read.value.plain),
      takenAt: read.value.takenAt,
    };
  }
  if (read.error.kind === 'no-session') return { kind: 'absent' };
  return { kind: 'unreachable', why: describeFailure(read.error) };
}

/** What is seen is stored, told and compared by its fingerprint: secrets leave it once, here, before any of that. Keys are no text. */
function redacted(observation: Observation): Observation {
  const evidence = redact(observation.evidence);
  switch (observation.state) {
    case 'waiting_input': {
      if (observation.promptKind === 'text_question')
        return { ...observation, evidence, question: redact(observation.question) };
      const { question, options } = observation.dialog;
      const dialog = {
        ...observation.dialog,
        question: redact(question),
        options: options.map((option) => ({ ...option, label: redact(option.label) })),
      };
      return { ...observation, evidence, dialog };
    }
    case 'unknown':
      return { ...observation, evidence, why: redact(observation.why) };
    default:
      return { ...observation, evidence };
  }
}

/** Redacted, without the blank lines at the end. */
export function screenLines(plain: string): readonly string[] {
  return redact(plain)
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => line.trimEnd());
}

/** One clause for people. */
export function describeFailure(failure: HostFailure): string {
  switch (failure.kind) {
    case 'unreachable':
      return redact(failure.detail);
    case 'timed-out':
      return `no answer within ${Math.round(failure.afterMs / 1000)} s`;
    case 'missing-program':
      return `${failure.program} is not installed there`;
    case 'no-session':
      return `there is no session ${failure.session}`;
    case 'refused':
      return redact(failure.stderr.trim()) || `the command ended with ${failure.exitCode}`;
  }
}
