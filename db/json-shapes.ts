import { z } from 'zod';
import {
  type AgentRequest,
  type ApprovalPolicy,
  type Approver,
  actionId,
  actorId,
  approvalId,
  type Dialog,
  type GateInput,
  type Health,
  type HostIdentity,
  type Metric,
  type Observation,
  type Place,
  pauseId,
  type Reach,
  type Reading,
  type Report,
  ROLES,
  type Stranger,
  type TranscriptDigest,
  type Transport,
  type Wanted,
} from '../src/domain/index.ts';

// What a JSON column holds may have been written by another version, or by hand: it is read like anything from outside.

// JSON keeps a moment as text.
const moment = z.string().pipe(z.coerce.date());

export const transportShape: z.ZodType<Transport> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local') }),
  z.object({
    kind: z.literal('ssh'),
    target: z.string(),
    port: z.number().nullable(),
    configFile: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('azlin'),
    vm: z.string(),
    tunnel: z
      .object({ port: z.number(), user: z.string().nullable(), configFile: z.string().nullable() })
      .nullable(),
  }),
]);

export const reachShape: z.ZodType<Reach> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('reachable'), since: moment }),
  z.object({ state: z.literal('unreachable'), since: moment, why: z.string() }),
]);

export const sourceShape = z.enum(['hook', 'session-file', 'terminal', 'transcript', 'process', 'screen']);

const evidence = { confidence: z.number(), source: sourceShape, rule: z.string(), evidence: z.string() };

const DIALOG_KINDS = [
  'permission',
  'question',
  'plan_approval',
  'trust',
  'onboarding',
  'login',
  'menu',
] as const;
const PLAIN_STATES = [
  'starting',
  'thinking',
  'running',
  'compacting',
  'retrying',
  'idle',
  'completed',
  'error',
  'logged_out',
  'suspended',
  'exiting',
] as const;

export const dialogShape: z.ZodType<Dialog> = z.object({
  promptKind: z.enum(DIALOG_KINDS),
  question: z.string(),
  options: z.array(z.object({ label: z.string(), keys: z.array(z.string()) })),
});

export const observationShape: z.ZodType<Observation> = z.union([
  z.object({ ...evidence, state: z.enum(PLAIN_STATES) }),
  z.object({ ...evidence, state: z.literal('rate_limited'), willRetry: z.boolean() }),
  z.object({
    ...evidence,
    state: z.literal('shell'),
    exitStatus: z.number().nullable(),
    trouble: z.string().nullable(),
  }),
  z.object({ ...evidence, state: z.literal('unknown'), why: z.string() }),
  z.object({
    ...evidence,
    state: z.literal('waiting_input'),
    promptKind: z.literal('text_question'),
    question: z.string(),
  }),
  z.object({
    ...evidence,
    state: z.literal('waiting_input'),
    promptKind: z.enum(DIALOG_KINDS),
    dialog: dialogShape,
  }),
]);

/** Every state there is. */
export const OBSERVED_STATES = [
  ...PLAIN_STATES,
  'rate_limited',
  'shell',
  'unknown',
  'waiting_input',
] as const;

export const readingsShape: z.ZodType<readonly Reading[]> = z.array(
  z.object({
    ...evidence,
    state: z.enum(OBSERVED_STATES),
    ageMs: z.number(),
  }),
);

export const placeShape: z.ZodType<Place> = z.object({
  folder: z.string(),
  remote: z.string().nullable(),
  branch: z.string().nullable(),
});

export const linesShape: z.ZodType<readonly string[]> = z.array(z.string());

const metric: z.ZodType<Metric> = z.union([
  z.object({ kind: z.literal('read'), value: z.number() }),
  z.object({ kind: z.literal('unreadable'), why: z.string() }),
]);

export const healthShape: z.ZodType<Health> = z.object({
  memoryUsedPercent: metric,
  diskUsedPercent: metric,
  load: metric,
  cores: metric,
  uptimeMs: metric,
  agents: metric,
  readAt: moment,
});

export const identityShape: z.ZodType<HostIdentity> = z.object({
  hostName: z.string().nullable(),
  hostKey: z.string().nullable(),
  machineId: z.string().nullable(),
  bootId: z.string().nullable(),
  tmuxPid: z.number(),
  tmuxStartedAt: moment,
});

export const strangerShape: z.ZodType<Stranger> = z.object({
  identity: identityShape,
  why: z.string(),
  since: moment,
});

export const reportShape: z.ZodType<Report> = z.object({
  channel: z.enum(['hook', 'session-file', 'terminal', 'transcript']),
  at: moment,
  detail: z.string(),
  says: z.union([
    z.object({ kind: z.enum(['session-began', 'session-ended', 'working', 'compacting', 'at-prompt']) }),
    z.object({ kind: z.enum(['tool-began', 'tool-ended']), tool: z.string() }),
    z.object({
      kind: z.literal('asks'),
      promptKind: z.enum(['permission', 'question', 'plan_approval']),
      question: z.string(),
    }),
    z.object({
      kind: z.literal('turn-ended'),
      lastMessage: z.string().nullable(),
      backgroundTasks: z.number(),
    }),
    z.object({ kind: z.literal('turn-failed'), why: z.string() }),
  ]),
});

const message = z.object({
  by: z.enum(['user', 'assistant']),
  text: z.string(),
  at: moment.nullable(),
});

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  costUsd: z.number().nullable(),
});

export const digestShape: z.ZodType<TranscriptDigest> = z.object({
  conversation: z.string().nullable(),
  agentVersion: z.string().nullable(),
  first: z.array(message),
  last: z.array(message),
  userMessages: z.number(),
  assistantMessages: z.number(),
  tools: z.record(z.string(), z.number()),
  changedFiles: z.array(z.string()),
  pullRequestUrls: z.array(z.string()),
  errors: z.array(z.string()),
  usage: usage.nullable(),
  malformedLines: z.number(),
  lastEntryAt: moment.nullable(),
  pending: z.object({
    lines: z.array(z.string()),
    calls: z.array(z.object({ id: z.string(), tool: z.string(), files: z.array(z.string()) })),
    usage: z.object({ id: z.string(), usage }).nullable(),
  }),
});

const approver: z.ZodType<Approver> = z.union([
  z.object({ kind: z.literal('role'), role: z.enum(ROLES) }),
  z.object({ kind: z.literal('slack-group'), group: z.string() }),
  z.object({ kind: z.enum(['asker', 'code-owners']) }),
]);

export const policyShape: z.ZodType<ApprovalPolicy> = z.object({
  name: z.string(),
  by: z.array(approver),
  votes: z.number(),
  expiresAfterMs: z.number(),
  mayAnswerOwn: z.boolean(),
});

export const wantedShape: z.ZodType<Wanted> = z.union([
  z.object({
    kind: z.literal('permission'),
    tool: z.string(),
    shown: z.string(),
    use: z.string(),
    risk: z.object({
      verdict: z.enum(['allow', 'approve', 'refuse']),
      category: z.string(),
      reason: z.string(),
    }),
  }),
  z.object({ kind: z.literal('stop'), said: z.string().nullable() }),
]);

export const requestStateShape: z.ZodType<AgentRequest['state']> = z.enum(['waiting', 'told', 'over']);

export const gateInputShape: z.ZodType<GateInput> = z.object({
  session: z.object({
    state: z.enum(['preparing', 'live', 'ended']),
    generation: z.number(),
    isAdopted: z.boolean(),
  }),
  host: z.object({ name: z.string(), state: z.enum(['active', 'draining', 'excluded', 'removed']) }),
  seen: z.object({ observation: observationShape, takenAt: moment }).nullable(),
  generation: z.number(),
  pending: z.array(
    z.object({
      id: z.string().transform(actionId),
      by: z.string().transform(actorId).nullable(),
      allowedBy: z.string().transform(approvalId).nullable(),
      generation: z.number(),
      state: z.enum(['intended', 'started', 'succeeded', 'failed', 'dropped']),
    }),
  ),
  pause: z.object({ id: z.string().transform(pauseId) }).nullable(),
  holds: z.array(z.object({ kind: z.enum(['quota', 'budget', 'turns', 'quiet-hours']), why: z.string() })),
  now: moment,
});
