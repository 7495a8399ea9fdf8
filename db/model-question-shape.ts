import { z } from 'zod';
import { type ModelQuestion, PRIORITIES, STRATEGIES } from '../src/domain/index.ts';
import { dialogShape, OBSERVED_STATES, sourceShape } from './json-shapes.ts';

const strategyIds = STRATEGIES.map(({ id }) => id);
const share = z.number().nullable();

/** A question that was put to a model, as it was kept. A strategy of another version is not offered again. */
export const modelQuestionShape: z.ZodType<ModelQuestion> = z.object({
  project: z.object({ repo: z.string(), defaultBranch: z.string() }),
  task: z.object({
    label: z.string(),
    brief: z.string(),
    priority: z.enum(PRIORITIES),
    attempt: z.number(),
    pullRequestUrl: z.string().nullable(),
  }),
  session: z.object({
    host: z.string(),
    name: z.string(),
    agent: z.string(),
    branch: z.string(),
    isAdopted: z.boolean(),
  }),
  status: z.object({
    state: z.enum(OBSERVED_STATES),
    confidence: z.number(),
    source: sourceShape,
    rule: z.string(),
    evidence: z.string(),
    forMs: z.number(),
  }),
  asks: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('words'), question: z.string() }),
    z.object({ kind: z.literal('choice'), dialog: dialogShape }),
    z.object({ kind: z.literal('may-stop'), goal: z.string(), said: z.string().nullable() }),
    z.object({ kind: z.literal('nothing') }),
  ]),
  before: z.object({ words: z.string(), agoMs: z.number() }).nullable(),
  changedFiles: z.array(z.string()),
  errors: z.array(z.string()),
  messages: z.array(z.object({ by: z.enum(['user', 'assistant']), text: z.string() })),
  messagesRead: z.number(),
  leftOut: z
    .object({ messages: z.number(), changedFiles: z.number(), errors: z.number() })
    .nullable()
    .default(null),
  screen: z.array(z.string()),
  health: z.object({ memoryUsedPercent: share, diskUsedPercent: share, load: share }).nullable(),
  objectives: z.array(z.string()),
  strategies: z.array(z.string()).transform((ids) => strategyIds.filter((id) => ids.includes(id))),
});
