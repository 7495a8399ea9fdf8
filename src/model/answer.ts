import { z } from 'zod';
import { type Advice, err, type ModelQuestion, ok, type Result, STRATEGIES } from '../domain/index.ts';

const ACTIONS = ['send', 'answer', 'wait', 'ask-a-person', 'finish', 'restart'] as const;

/** What the model is to answer with. Bounds reach it as words only: not every service takes them in a schema. */
export const answerSchema = z.object({
  why: z.string(),
  strategy: z.string(),
  action: z.enum(ACTIONS),
  text: z.string(),
  option: z.number(),
  replies: z.array(z.string()),
  confidence: z.number(),
});

export const TEXT_MAX_CHARS = 2_000;
export const WHY_MAX_CHARS = 500;
const REPLIES_MAX = 4;
const CONFIDENCE_UNTOLD = 0.5;
const CONFIDENCE_WITHOUT_JSON = 0.3;

/** Agents read these as a command of their own when a text begins with them. */
const COMMAND_MARKS = ['/', '!', '#', '@'];
/** What a person could not see before saying yes: control characters, and marks that turn the direction of text. */
const UNSEEN = /[^\P{Cc}\n\t]|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * What the model's words mean, whatever they are: a service that takes no schema gives all of these. Only what was to be typed or pressed and
 * cannot be is no answer.
 */
export function adviceFromWords(
  words: string,
  asked: ModelQuestion,
): Result<Advice, { readonly kind: 'bad-answer' }> {
  const from = words.indexOf('{');
  const to = words.lastIndexOf('}');
  if (from === -1 || to < from) {
    return ok({
      kind: 'wait',
      confidence: CONFIDENCE_WITHOUT_JSON,
      why: 'The model answered in prose, without a decision.',
      strategy: null,
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(words.slice(from, to + 1));
  } catch (cause) {
    const error = cause instanceof Error ? cause.name : typeof cause;
    return ok({
      kind: 'ask-a-person',
      replies: [],
      confidence: 0,
      why: `The model’s answer cannot be read (${error}).`,
      strategy: null,
    });
  }
  return adviceFrom(looseSchema.parse(parsed), asked);
}

/** Every field by itself: one that is not what it should be does not cost the others. */
const looseSchema = z.object({
  why: z.string().trim().catch(''),
  strategy: z.string().catch(''),
  action: z.enum(ACTIONS).catch('wait'),
  text: z.string().catch(''),
  option: z.number().catch(0),
  replies: z.array(z.unknown()).catch([]),
  confidence: z
    .number()
    .transform((value) => Math.min(1, Math.max(0, value)))
    .catch(CONFIDENCE_UNTOLD),
});

function adviceFrom(
  { action, text, option, replies, ...told }: z.infer<typeof looseSchema>,
  { asks }: ModelQuestion,
): Result<Advice, { readonly kind: 'bad-answer' }> {
  const common = {
    confidence: told.confidence,
    why: told.why.slice(0, WHY_MAX_CHARS).toWellFormed(),
    strategy: STRATEGIES.find(({ id }) => id === told.strategy)?.id ?? null,
  };
  switch (action) {
    case 'send':
      return isTypable(text) ? ok({ ...common, kind: 'send', text }) : err({ kind: 'bad-answer' });
    case 'answer': {
      const isThere = asks.kind === 'choice' && asks.dialog.options[option - 1] !== undefined;
      return isThere ? ok({ ...common, kind: 'answer', option: option - 1 }) : err({ kind: 'bad-answer' });
    }
    case 'ask-a-person': {
      const usable = replies.filter((reply) => typeof reply === 'string').filter(isTypable);
      return ok({ ...common, kind: 'ask-a-person', replies: usable.slice(0, REPLIES_MAX) });
    }
    case 'wait':
    case 'finish':
    case 'restart':
      return ok({ ...common, kind: action });
  }
}

function isTypable(text: string): boolean {
  return (
    text !== '' &&
    text === text.trim() &&
    text.length <= TEXT_MAX_CHARS &&
    !UNSEEN.test(text) &&
    !COMMAND_MARKS.some((mark) => text.startsWith(mark))
  );
}
