import { err, type Host, type HostId } from '../domain/index.ts';
import type { Answer } from './control-reader.ts';

/** Why a host did not do what it was asked. Only `no-session` says something about the session. */
export type HostFailure =
  | { readonly kind: 'unreachable'; readonly host: HostId; readonly detail: string }
  | { readonly kind: 'timed-out'; readonly host: HostId; readonly afterMs: number }
  | { readonly kind: 'missing-program'; readonly host: HostId; readonly program: string }
  | { readonly kind: 'no-session'; readonly host: HostId; readonly session: string }
  | { readonly kind: 'refused'; readonly host: HostId; readonly exitCode: number; readonly stderr: string };

/** Exit status of what was refused before any program was asked. Source: sysexits(3), EX_USAGE. */
const EX_USAGE = 64;

/** We will not do it: the request itself cannot be carried out. */
export function refuse(host: Host, why: string) {
  return err<HostFailure>({ kind: 'refused', host: host.id, exitCode: EX_USAGE, stderr: why });
}

/** tmux did not do it, in its words. */
export function refusedByTmux(host: Host, answers: readonly (Answer | undefined)[]) {
  const why = answers.find((answer) => answer?.ok === false)?.text ?? 'tmux gave no answer';
  return err<HostFailure>({ kind: 'refused', host: host.id, exitCode: 1, stderr: why });
}

export function noSession(host: Host, name: string) {
  return err<HostFailure>({ kind: 'no-session', host: host.id, session: name });
}
