import { z } from 'zod';
import { err, ok, type Result } from '../domain/index.ts';

const input = z.union([z.string().max(40_000), z.array(z.string().max(3_000)).max(100), z.null()]);
const inputs = z.record(z.string(), z.record(z.string(), input));
const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), channel: z.string(), ts: z.string() }),
  z.object({ kind: z.literal('view'), viewId: z.string() }),
]);
const person = z.string();

const pageRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('say'),
    person,
    channel: z.string(),
    threadTs: z.string().nullable(),
    text: z.string().max(40_000),
  }),
  z.object({
    kind: z.literal('press'),
    person,
    place,
    blockId: z.string(),
    actionId: z.string(),
    input,
    inputs,
  }),
  z.object({
    kind: z.literal('suggest'),
    person,
    place,
    blockId: z.string(),
    actionId: z.string(),
    query: z.string().max(1_000),
  }),
  z.object({ kind: z.literal('submit'), person, viewId: z.string(), inputs }),
  z.object({ kind: z.literal('close'), person, viewId: z.string() }),
  z.object({ kind: z.literal('open-home'), person, tab: z.enum(['home', 'messages']) }),
  z.object({ kind: z.literal('dismiss'), person, ts: z.string() }),
  z.object({
    kind: z.literal('react'),
    person,
    channel: z.string(),
    ts: z.string(),
    name: z.string().regex(/^[a-z0-9_+'-]{1,100}$/),
  }),
  z.object({
    kind: z.literal('create-issue'),
    title: z.string().trim().min(1).max(256),
    body: z.string().max(60_000),
  }),
  z.object({ kind: z.literal('add-label'), number: z.int().positive(), label: z.string().min(1).max(50) }),
  z.object({ kind: z.literal('remove-label'), number: z.int().positive(), label: z.string().min(1).max(50) }),
  z.object({
    kind: z.literal('comment'),
    number: z.int().positive(),
    body: z.string().trim().min(1).max(60_000),
  }),
]);

/** What the page asks for when a person does something. */
export type PageRequest = z.infer<typeof pageRequest>;

export function parsePageRequest(body: unknown): Result<PageRequest, string> {
  const parsed = pageRequest.safeParse(body);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}
