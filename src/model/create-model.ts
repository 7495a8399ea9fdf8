import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  type Advice,
  addTokens,
  costOf,
  err,
  type Log,
  type ModelCall,
  type ModelQuestion,
  type ModelRules,
  NO_TOKENS,
  ok,
  type Result,
  type TokenPrices,
} from '../domain/index.ts';
import { adviceFromWords, answerSchema } from './answer.ts';
import { type ModelFailure, type ModelOutcome, modelFailure, pauseBefore } from './model-failure.ts';
import { type Prompt, renderPrompt } from './prompt.ts';
import type { Protocol } from './protocol.ts';

export type ModelOptions = {
  readonly protocol: Protocol;
  /** The one that is asked where a project names none. */
  readonly name: string;
  /** By the model's name. Of others nobody knows what they cost. */
  readonly prices: ReadonlyMap<string, TokenPrices>;
  /** Every text that goes to the model, and every one that comes back, passes here. */
  readonly redact: (text: string) => string;
  readonly log: Log;
  readonly now: () => Date;
  /** The pause before the first further try, where the service names none; each next one is twice as long. */
  readonly firstPauseMs?: number;
};

export type DecidingModel = {
  /** Within the rules' time limit, further tries included. The call is told of whatever came of it. */
  decide(
    asked: ModelQuestion,
    rules: ModelRules,
    signal: AbortSignal,
  ): Promise<{ readonly advice: Result<Advice, ModelFailure>; readonly call: ModelCall }>;
};

const FIRST_PAUSE_MS = 500;
const TRIES = 3;
/** Room for an answer of full length, the reasoning before it, and JSON around it. */
const MAX_TOKENS = 4_096;

export function createModel(options: ModelOptions): DecidingModel {
  const { protocol, prices, redact, log, now, firstPauseMs = FIRST_PAUSE_MS } = options;

  /** Tries until there is an answer, no use in trying, or no time left. */
  async function ask(
    { stable, fresh }: Prompt,
    schema: z.ZodType,
    { name, timeoutMs }: ModelRules,
    signal: AbortSignal,
  ): Promise<{ readonly words: Result<string, ModelOutcome>; readonly call: ModelCall }> {
    const model = name ?? options.name;
    const startedAt = now();
    const limit = AbortSignal.timeout(timeoutMs);
    const within = AbortSignal.any([signal, limit]);
    const asking = { model, stable, fresh, schema: wireSchema(schema), maxTokens: MAX_TOKENS };
    let usage = NO_TOKENS;
    for (let tries = 1; ; tries += 1) {
      const answered = await protocol.ask(asking, within);
      if (answered.usage !== null) usage = addTokens(usage, answered.usage);
      const call = (): ModelCall => {
        const price = prices.get(model);
        const costUsd = price === undefined ? null : costOf(usage, price);
        return { protocol: protocol.name, model, startedAt, endedAt: now(), tries, usage, costUsd };
      };
      if (answered.words.ok) return { words: answered.words, call: call() };
      const isLate = limit.aborted && !signal.aborted;
      const outcome: ModelOutcome = isLate ? { kind: 'timed-out', afterMs: timeoutMs } : answered.words.error;
      const pauseMs = tries < TRIES ? pauseBefore(outcome, firstPauseMs * 2 ** (tries - 1)) : null;
      const leftMs = timeoutMs - (now().getTime() - startedAt.getTime());
      if (pauseMs === null || pauseMs >= leftMs || signal.aborted) {
        return { words: err(outcome), call: call() };
      }
      await delay(pauseMs, undefined, { signal: within }).catch(() => undefined);
    }
  }

  return {
    async decide(asked, rules, signal) {
      const { words, call } = await ask(renderPrompt(asked, rules, redact), answerSchema, rules, signal);
      const advice = words.ok ? adviceFromWords(words.value, asked) : words;
      if (advice.ok) {
        const told = withoutSecrets(advice.value, redact);
        if (told !== null) return { advice: ok(told), call };
      }
      const failure = modelFailure(advice.ok ? { kind: 'bad-answer' } : advice.error);
      const { sentence: _, ...facts } = failure;
      log.warn({ part: 'model', model: call.model, tries: call.tries, ...facts }, 'the model gave no answer');
      return { advice: err(failure), call };
    },
  };
}

/** Null: a text to be typed looks like it holds a secret, and would be shown otherwise than it is typed. */
function withoutSecrets(advice: Advice, redact: (text: string) => string): Advice | null {
  if (advice.kind === 'send' && redact(advice.text) !== advice.text) return null;
  const why = redact(advice.why);
  return advice.kind === 'ask-a-person'
    ? { ...advice, why, replies: advice.replies.filter((reply) => redact(reply) === reply) }
    : { ...advice, why };
}

/** Closed, and without what only some services know. */
function wireSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...wire } = z.toJSONSchema(schema);
  return wire;
}
