import {
  type Action,
  type Decision,
  type Host,
  mayActOn,
  type OpenPause,
  type Session,
  type Verdict,
} from '../domain/index.ts';
import type { Sight } from './situation.ts';

export type GateRules = {
  /** Under these a decision to touch the agent is held back. */
  readonly minConfidence: { readonly send: number; readonly restart: number };
};

export const DEFAULT_GATE: GateRules = { minConfidence: { send: 0.6, restart: 0.8 } };

/** What a host that is only looked at holds back; null: nothing. What is held back stays intended until the host is included again. */
export function gateByHost(decision: Decision, session: Session, host: Host): Verdict | null {
  if (mayActOn(host)) return null;
  const touches =
    (decision.kind === 'carry-out' && decision.effect.kind !== 'suggest-answer') ||
    // A session that a person began is only let go of, which touches nothing.
    (decision.kind === 'end-session' && !session.isAdopted);
  return touches ? { kind: 'drop', why: `${host.name} is ${host.state}: nothing is done there` } : null;
}

/**
 * What a pause holds back; null: nothing. What people asked for is done all the same, what is only written down or told goes on, and
 * what is held back is decided again when the pause is over.
 */
export function gateByPause(
  decision: Decision,
  session: Session,
  pending: readonly Action[],
  pause: OpenPause | null,
): Verdict | null {
  if (pause === null) return null;
  const isOwn =
    decision.kind === 'suggest-answer' ||
    // Letting go of a session that a person began touches nothing.
    (decision.kind === 'end-session' && !session.isAdopted) ||
    (decision.kind === 'carry-out' && pending.find(({ id }) => id === decision.action)?.by == null);
  return isOwn ? { kind: 'drop', why: 'the director is paused' } : null;
}

/** Whether a decision may be acted on now. What it stops stays intended, and the reason is stored. */
export function gate(
  decision: Decision,
  session: Session,
  sight: Pick<Sight, 'kind'>,
  rules: GateRules,
): Verdict {
  if (decision.kind === 'send-text') {
    return { kind: 'needs-approval', why: 'words of a model reach an agent only with a person’s yes' };
  }
  if (decision.kind !== 'carry-out') return { kind: 'proceed' };
  if (session.state === 'ended') return { kind: 'drop', why: 'the session has ended' };
  switch (decision.effect.kind) {
    case 'press-option':
    case 'type-text': {
      if (sight.kind !== 'seen') return { kind: 'drop', why: 'the agent cannot be seen right now' };
      return decision.confidence < rules.minConfidence.send
        ? {
            kind: 'drop',
            why: `the screen is read with confidence ${decision.confidence}, which is under ${rules.minConfidence.send}`,
          }
        : { kind: 'proceed' };
    }
    case 'suggest-answer':
    case 'end-session':
    case 'restart-agent':
      // A person allowed these by name; no reading of a screen is needed for them.
      return { kind: 'proceed' };
  }
}
