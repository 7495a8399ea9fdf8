import {
  addTokens,
  type Decision,
  type ModelQuestion,
  NO_TOKENS,
  type Observation,
  type ProjectId,
  type ProjectRules,
  type Replay,
  type ReplayableDecision,
  type Replayed,
  type StoredModelCall,
  type Tokens,
  unreachable,
  type Verdict,
} from '../domain/index.ts';
import { decisionFrom } from './ask-model.ts';
import { gate } from './gate.ts';
import { judgementFrom } from './judge-goal.ts';
import type { DirectorTables, Model } from './ports.ts';

type ReplayableCall = StoredModelCall & { readonly project: ProjectId };

export type ReplayPorts = {
  readonly store: Pick<DirectorTables, 'findSession' | 'findHost'> & {
    /** Answered and decided on since then, newest first. Those without a question any more are left out. */
    modelCallsSince(
      since: Date,
      limit: number,
    ): Promise<{
      readonly calls: readonly ReplayableCall[];
      /** How many there are beyond the limit. */
      readonly leftOut: number;
    }>;
    /** Of the rules since then, newest first. */
    replayableDecisions(
      since: Date,
      limit: number,
    ): Promise<{ readonly decisions: readonly ReplayableDecision[]; readonly leftOut: number }>;
  };
  /** Null: none is configured, and answers can only be judged again. */
  readonly model: Model | null;
};

export type ReplayRequest = {
  readonly since: Date;
  readonly rulesOf: (project: ProjectId) => ProjectRules;
  /** Whether the model is asked again; otherwise only the gate judges again what was decided then. */
  readonly isAskedAgain: boolean;
  /** In place of the one that the rules name; null: that one. */
  readonly model: string | null;
};

/** Enough to see what another model would do; each of them costs a call. */
const MOST_CALLS = 50;

/** What the rules decided costs nothing to judge again; more than that nobody reads. */
const MOST_DECISIONS = 20_000;

/** So many questions are with the model at a time. */
const AT_A_TIME = 8;

/**
 * Puts the questions of a time again, with another model, prompt or policy, and says what comes of it. Nothing is done, and nothing is stored.
 * @param signal when it aborts, what is not answered by then is left out
 */
export async function replay(
  { store, model }: ReplayPorts,
  { since, rulesOf, isAskedAgain, model: name }: ReplayRequest,
  signal: AbortSignal,
): Promise<Replay> {
  // What is only judged again costs no call.
  const { calls, leftOut } = await store.modelCallsSince(since, isAskedAgain ? MOST_CALLS : MOST_DECISIONS);
  const ofRules = isAskedAgain
    ? { decisions: [], leftOut: 0 }
    : await store.replayableDecisions(since, MOST_DECISIONS);
  const waiting = calls.toReversed();
  const replayed: Replayed[] = ofRules.decisions.map(({ task, at, decision, verdict, input, project }) => ({
    task,
    at,
    before: { decision, verdict },
    after: { decision, verdict: gate(decision, { ...input, rules: rulesOf(project) }) },
  }));
  let usage: Tokens = NO_TOKENS;
  let costUsd: number | null = isAskedAgain ? 0 : null;

  async function decideAgain({ question, decided, project }: ReplayableCall): Promise<Decision | null> {
    if (decided === null || signal.aborted) return null;
    if (!isAskedAgain || model === null) return decided.decision;
    const rules = rulesOf(project).model;
    const { advice, call } = await model.decide(question, { ...rules, name: name ?? rules.name }, signal);
    usage = addTokens(usage, call.usage);
    costUsd = costUsd === null || call.costUsd === null ? null : costUsd + call.costUsd;
    if (signal.aborted) return null;
    const before = decided.decision;
    // Whether an agent may stop was asked for its hook.
    return before.kind === 'answer-hook' || before.kind === 'end-lock'
      ? judgementFrom(before.request, advice)
      : decisionFrom(observationOf(question), advice);
  }

  async function work(): Promise<void> {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      const decision = await decideAgain(call);
      if (decision === null || call.decided === null) continue;
      const verdict = await judgeAgain(store, decision, call, rulesOf(call.project));
      const { task, startedAt: at, decided: before } = call;
      replayed.push({ task, at, before, after: { decision, verdict } });
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return {
    replayed: replayed.toSorted((one, other) => one.at.getTime() - other.at.getTime()),
    leftOut: leftOut + ofRules.leftOut + calls.length + ofRules.decisions.length - replayed.length,
    usage,
    costUsd,
  };
}

/** What the agent showed, as far as the question tells. */
function observationOf({ status, asks }: ModelQuestion): Observation {
  const { confidence, source, rule, evidence } = status;
  const seen = { confidence, source, rule, evidence };
  switch (asks.kind) {
    case 'words':
      return { ...seen, state: 'waiting_input', promptKind: 'text_question', question: asks.question };
    case 'choice':
      return { ...seen, state: 'waiting_input', promptKind: asks.dialog.promptKind, dialog: asks.dialog };
    case 'may-stop':
    case 'nothing':
      return { ...seen, state: 'idle' };
    default:
      return unreachable(asks);
  }
}

/** As if nothing else stood against it: a pause, a hold or a host that is left alone by now says nothing of the policy. */
async function judgeAgain(
  store: ReplayPorts['store'],
  decision: Decision,
  { session: id, generation, question, startedAt: now }: StoredModelCall,
  rules: ProjectRules,
): Promise<Verdict> {
  const session = await store.findSession(id);
  const host = session === null ? null : await store.findHost(session.host);
  if (session === null || host === null) throw new Error(`a call is about session ${id}, which is not known`);
  return gate(decision, {
    session: { ...session, state: 'live', generation },
    host: { ...host, state: 'active' },
    seen: { observation: observationOf(question), takenAt: now },
    generation,
    pending: [],
    pause: null,
    holds: [],
    rules,
    now,
  });
}
