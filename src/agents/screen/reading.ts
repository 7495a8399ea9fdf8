import type { Dialog, Observation } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';

/** States that a screen rule may conclude with nothing but the line that shows them. */
export type PlainState =
  | 'starting'
  | 'thinking'
  | 'running'
  | 'compacting'
  | 'retrying'
  | 'idle'
  | 'completed'
  | 'error'
  | 'logged_out'
  | 'exiting';

/** A rule that saw its sign whole, one that saw half of it, and one that infers. */
export const SURE = 0.95;
export const LIKELY = 0.8;
export const GUESS = 0.6;

export function seen(
  state: PlainState,
  rule: string,
  evidence: string,
  confidence: number = SURE,
): Observation {
  return { state, rule, evidence: evidence.trim(), confidence, source: 'screen' };
}

export function seenDialog(dialog: Dialog, rule: string, confidence: number = SURE): Observation {
  const evidence = dialog.question.split('\n').at(-1) ?? '';
  return {
    state: 'waiting_input',
    promptKind: dialog.promptKind,
    dialog,
    rule,
    evidence,
    confidence,
    source: 'screen',
  };
}

export function seenTextQuestion(question: string, rule: string): Observation {
  return {
    state: 'waiting_input',
    promptKind: 'text_question',
    question,
    rule,
    evidence: question,
    confidence: LIKELY,
    source: 'screen',
  };
}

export function unsure(why: string, rule: string, evidence: string): Observation {
  return { state: 'unknown', why, rule, evidence: evidence.trim(), confidence: 0, source: 'screen' };
}

/**
 * Busy for certain; a program of the agent tells running from thinking.
 * `background`: programs that the screen itself says were left running on purpose.
 */
export function seenBusy(view: ScreenView, rule: string, evidence: string, background = 0): Observation {
  return view.tools.length > background
    ? seen('running', `${rule}-with-tool`, evidence)
    : seen('thinking', rule, evidence);
}

const CREDENTIALS =
  /\b40[13]\b|unauthori[sz]ed|forbidden|not logged in|log ?in\b|api key|authenticat|credentials|oauth|token (?:has )?expired|invalid token/i;
const RATE_LIMIT =
  /\b(?:429|529)\b|too many requests|rate.?limit|quota|\b(?:usage|session|weekly|hour) limit\b|limit reached|hit your limit/i;

/** The end of a turn that failed: which failure it was. */
export function seenFailure(rule: string, evidence: string): Observation {
  if (RATE_LIMIT.test(evidence)) return seenRateLimit(false, `${rule}-rate-limit`, evidence);
  if (CREDENTIALS.test(evidence)) return seen('logged_out', `${rule}-credentials`, evidence);
  return seen('error', rule, evidence);
}

/** A failure the agent answers by trying again. */
export function seenRetry(rule: string, evidence: string): Observation {
  return /\b429\b|\b529\b|\b503\b|too many requests|rate.?limit|overloaded|server is busy/i.test(evidence)
    ? seenRateLimit(true, `${rule}-rate-limit`, evidence)
    : seen('retrying', rule, evidence);
}

function seenRateLimit(willRetry: boolean, rule: string, evidence: string): Observation {
  return {
    state: 'rate_limited',
    willRetry,
    rule,
    evidence: evidence.trim(),
    confidence: SURE,
    source: 'screen',
  };
}
