import {
  type ActionEffect,
  type Decision,
  declines,
  dialogOf,
  type GateInput,
  type Hold,
  isBusy,
  mayActOn,
  type ProjectRules,
  unreachable,
  type Verdict,
} from '../domain/index.ts';
import { judgeRisk, type RiskVerdict } from '../safety/index.ts';
import { dialogRisk } from './dialog-risk.ts';

/** What the gate looks at beside the decision. */
export type GateFacts = GateInput & { readonly rules: ProjectRules };

type Pending = GateInput['pending'][number];
type Check = Verdict | null;
type CarryOut = Extract<Decision, { kind: 'carry-out' }>;

/** A look that is older shows what was, and not what is. */
export const FRESH_FOR_MS = 30_000;

const PROCEED: Verdict = { kind: 'proceed' };
/** Of what is only asked the model, and of what the director does by itself, nobody waits for an answer: it comes when the hold is over. */
const HOLDS_ASKING: readonly Hold['kind'][] = ['quota', 'budget', 'turns'];
const HOLDS_ENDING: readonly Hold['kind'][] = ['quiet-hours'];

/**
 * Whether a decision may be acted on now. Pure. What is dropped and was intended stays intended, unless it is dropped for good; the reason is
 * stored either way. What people are to say yes to is not done before they do.
 */
export function gate(decision: Decision, facts: GateFacts): Verdict {
  switch (decision.kind) {
    case 'carry-out':
      return gateAction(decision, facts);
    case 'send-text':
      return gateProposal(decision, judgeRisk(decision.text, 'agent'), facts.rules.minConfidence.send, facts);
    case 'press-option':
      return gateProposal(decision, riskOfOption(decision), facts.rules.minConfidence.send, facts);
    case 'restart-agent':
      return gateProposal(decision, null, facts.rules.minConfidence.restart, facts);
    case 'complete-task':
      return decision.reasoner === MODEL
        ? gateProposal(decision, null, facts.rules.minConfidence.send, facts)
        : PROCEED;
    case 'ask-model':
      return againstAsking(facts) ?? PROCEED;
    case 'resume-work':
      return byHost(facts) ?? byPause(facts) ?? byHolds(facts) ?? PROCEED;
    case 'end-session':
      // A session that a person began is only let go of, which touches nothing.
      return facts.session.isAdopted ? PROCEED : (byHost(facts) ?? byPause(facts) ?? PROCEED);
    case 'reassign-task':
      return byHost(facts) ?? byPause(facts) ?? PROCEED;
    case 'answer-hook':
      return gateAnswer(decision, facts);
    case 'judge-goal':
      return againstAsking(facts) ?? PROCEED;
    case 'end-lock':
      return decision.isReached
        ? gateProposal(decision, null, facts.rules.minConfidence.send, facts)
        : PROCEED;
    case 'guide-session':
    case 'tell-neighbours':
      return byHost(facts) ?? PROCEED;
    case 'wait':
    case 'place-task':
    case 'ask-what-to-do':
    case 'report':
    case 'ask-permission':
    case 'ask-a-person':
    case 'ask-to-spend':
    case 'withdraw-question':
    case 'tell-people':
    case 'note-missing':
    case 'fail-task':
    case 'close-session':
    case 'hold':
    case 'drop':
    case 'settle':
      return PROCEED;
    default:
      return unreachable(decision);
  }
}

/** Whether a model may be asked now; where it may not, people are asked in its place. */
export function mayAskModel(facts: Pick<GateFacts, 'pause' | 'holds'>): boolean {
  return againstAsking(facts) === null;
}

function againstAsking(facts: Pick<GateFacts, 'pause' | 'holds'>): Check {
  return byPause(facts) ?? byHolds(facts, HOLDS_ASKING);
}

/** What decisions of the model name as their reasoner. */
export const MODEL = 'model';

/** What the model wants to be done and nobody has intended yet. What holds it back is a question to people, so that it is never lost in silence. */
function gateProposal(
  { confidence }: Decision,
  risk: RiskVerdict | null,
  minConfidence: number,
  facts: GateFacts,
): Verdict {
  const { session, generation, pause, holds, rules } = facts;
  const stops = byEnd(facts) ?? byHost(facts);
  if (stops !== null) return stops;
  if (generation !== session.generation) return drop('the agent was restarted since');
  if (risk?.verdict === 'refuse') return dropForGood(risk.reason);
  if (risk?.verdict === 'approve') return ask(risk.reason, risk.category);
  if (confidence < minConfidence) {
    return ask(`the model is only ${percent(confidence)} sure, and ${percent(minConfidence)} are needed`);
  }
  if (pause !== null) return ask('the director is paused');
  const [hold] = holds;
  if (hold !== undefined) return ask(hold.why);
  return rules.actsAlone ? PROCEED : ask('in this project the model does nothing by itself');
}

/** The agent waits for it: whatever holds a yes back makes it a question to people. A no, or nothing, lets nothing happen. */
function gateAnswer(decision: Extract<Decision, { kind: 'answer-hook' }>, facts: GateFacts): Verdict {
  const { answer } = decision;
  const stops = byEnd(facts) ?? byHost(facts);
  if (stops !== null) return stops;
  if (answer.kind === 'deny' || answer.kind === 'leave') return PROCEED;
  if (answer.kind === 'go-on') {
    return gateProposal(decision, judgeRisk(answer.guidance, 'agent'), facts.rules.minConfidence.send, facts);
  }
  if (facts.pause !== null) return ask('the director is paused');
  // A turn that a person began may be finished.
  const hold = facts.holds.find(({ kind }) => kind !== 'turns');
  return hold === undefined ? PROCEED : ask(hold.why);
}

/** What was intended. Whoever asked for it, it is done to an agent that was seen just now, and that is the one it was meant for. */
function gateAction(decision: CarryOut, facts: GateFacts): Verdict {
  const action = facts.pending.find(({ id }) => id === decision.action) ?? null;
  const { effect } = decision;
  if (touchesNoAgent(effect)) return PROCEED;
  // Nothing is done on a host that nobody reaches.
  const isAway = effect.kind === 'reassign-task' && effect.because === 'host-gone' && facts.seen === null;
  const stops = byEnd(facts) ?? (isAway ? null : byHost(facts)) ?? byGeneration(action, facts);
  if (stops !== null) return stops;
  // These were gated when they were intended, and reach the agent by its hooks, not by its screen.
  if (effect.kind === 'answer-hook' || effect.kind === 'guide-session' || effect.kind === 'tell-neighbours')
    return PROCEED;
  const isOwn = action !== null && action.by === null && action.allowedBy === null;
  // The end of an agent spends nothing.
  const kinds = effect.kind === 'reassign-task' ? HOLDS_ENDING : undefined;
  const held = isOwn ? (byPause(facts) ?? byHolds(facts, kinds)) : null;
  if (held !== null) return held;
  switch (effect.kind) {
    case 'type-text':
    case 'press-option':
      return bySight(decision, facts) ?? byRisk(effect, action, facts) ?? PROCEED;
    case 'interrupt':
      return bySight(decision, facts) ?? PROCEED;
    case 'restart-agent':
      // Once it has begun, there may be no agent to be seen until it is over.
      return (
        (isOwn && action.state === 'intended' ? (bySight(decision, facts) ?? byWork(facts)) : null) ?? PROCEED
      );
    case 'end-session':
    case 'reassign-task':
      // A person allowed these by name, or rules that need no reading of a screen.
      return PROCEED;
    default:
      return unreachable(effect);
  }
}

type Untouching = Extract<ActionEffect, { kind: 'ask-model' | 'judge-goal' | 'allow-turns' | 'report' }>;

function touchesNoAgent(effect: ActionEffect): effect is Untouching {
  const { kind } = effect;
  return kind === 'ask-model' || kind === 'judge-goal' || kind === 'allow-turns' || kind === 'report';
}

function byEnd({ session }: GateFacts): Check {
  return session.state === 'ended' ? drop('the session has ended') : null;
}

/** A host that is only looked at: what is held back stays intended until it is included again. */
function byHost({ host }: GateFacts): Check {
  return mayActOn(host) ? null : drop(`${host.name} is ${host.state}: nothing is done there`);
}

function byGeneration(action: Pending | null, { session }: GateFacts): Check {
  return action === null || action.generation === session.generation
    ? null
    : dropForGood('the agent was restarted since; this was meant for the one before');
}

/** What people asked for is done during a pause all the same. */
function byPause({ pause }: Pick<GateFacts, 'pause'>): Check {
  return pause === null ? null : drop('the director is paused');
}

function byHolds({ holds }: Pick<GateFacts, 'holds'>, kinds?: readonly Hold['kind'][]): Check {
  const hold = holds.find(({ kind }) => kinds === undefined || kinds.includes(kind));
  return hold === undefined ? null : drop(hold.why);
}

function bySight({ confidence }: CarryOut, { seen, rules, now }: GateFacts): Check {
  if (seen === null) return drop('the agent cannot be seen right now');
  const ageMs = now.getTime() - seen.takenAt.getTime();
  if (ageMs > FRESH_FOR_MS) return drop(`the last look is ${Math.round(ageMs / 1000)} seconds old`);
  const { send } = rules.minConfidence;
  return confidence < send
    ? drop(`the screen is read with confidence ${confidence}, which is under ${send}`)
    : null;
}

/** The model wanted an agent begun anew that did nothing. */
function byWork({ seen }: GateFacts): Check {
  return seen !== null && isBusy(seen.observation)
    ? dropForGood('the agent works again since that was decided')
    : null;
}

function byRisk(
  effect: Extract<ActionEffect, { kind: 'type-text' | 'press-option' }>,
  action: Pending | null,
  { seen, rules }: GateFacts,
): Check {
  const dialog = seen === null ? null : dialogOf(seen.observation);
  const risk =
    effect.kind === 'type-text'
      ? judgeRisk(effect.text, 'agent')
      : dialog === null
        ? null
        : riskOfOption({ dialog, option: effect });
  if (risk?.verdict === 'refuse') return dropForGood(risk.reason);
  if (risk?.verdict !== 'approve') return null;
  const isAllowed =
    action !== null && (action.allowedBy !== null || (action.by !== null && rules.trustsOwnWords));
  return isAllowed ? null : ask(risk.reason, risk.category);
}

/** What saying this to the agent lets it do. A no lets it do nothing. */
function riskOfOption({
  dialog,
  option,
}: Pick<Extract<Decision, { kind: 'press-option' }>, 'dialog'> & {
  readonly option: { readonly label: string };
}): RiskVerdict | null {
  return declines(option.label) ? null : dialogRisk(dialog, option.label);
}

function drop(why: string): Verdict {
  return { kind: 'drop', why };
}

function dropForGood(why: string): Verdict {
  return { kind: 'drop', why, isForGood: true };
}

function ask(why: string, category?: string): Verdict {
  return category === undefined
    ? { kind: 'needs-approval', why }
    : { kind: 'needs-approval', why, risk: { category } };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
