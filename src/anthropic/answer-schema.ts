import { z } from 'zod';

export const ANSWER_MAX_CHARS = 2_000;
export const WHY_MAX_CHARS = 300;

/** Agents read these as a command of their own when a text begins with them. */
const COMMAND_MARKS = ['/', '!', '#', '@'];
/** What a person could not see before saying yes: control characters, and marks that turn the direction of text. */
const UNSEEN = /[^\P{Cc}\n\t]|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** What the model is to answer with. Bounds reach it as words only, so they are checked here on what comes back. */
export const answerSchema = z.object({
  answer: z
    .string()
    .min(1)
    .max(ANSWER_MAX_CHARS)
    .refine((answer) => answer === answer.trim() && answer !== '', 'blank at its ends')
    .refine((answer) => !UNSEEN.test(answer), 'characters that nobody sees')
    .refine((answer) => !COMMAND_MARKS.some((mark) => answer.startsWith(mark)), 'a command of the agent')
    .describe('The words to type into the agent’s prompt, as plain text.'),
  confidence: z.number().min(0).max(1).describe('How sure you are that a maintainer would answer so.'),
  why: z.string().min(1).max(WHY_MAX_CHARS).describe('One sentence for the person who decides.'),
  // Not a list of ids: the schema stays the same whatever is offered, and an unknown id costs no answer.
  strategy: z.string().describe('The id of the strategy that the answer follows, or none.'),
});

export type Answer = z.infer<typeof answerSchema>;

/** The part of a message that is read here. Source: platform.claude.com, "Create a Message". */
export const messageSchema = z.object({
  stop_reason: z.string().nullable(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
});
