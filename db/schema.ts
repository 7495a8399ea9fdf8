import { sql } from 'drizzle-orm';
import {
  bigserial,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type {
  ActionEffect,
  ApprovalSubject,
  Choice,
  Decision,
  Event,
  Observation,
  Origin,
  PullRequest,
  Reach,
  Transport,
  Verdict,
} from '../src/domain/index.ts';

// The words are those of src/domain; a column holds JSON where the domain has a union that nobody queries by its parts.

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const actors = pgTable(
  'actors',
  {
    id: text('id').primaryKey(),
    source: text('source').notNull(),
    externalId: text('external_id').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [unique('actors_identity').on(table.source, table.externalId)],
);

/** Further accounts of an actor: one person with Slack and GitHub is one actor. */
export const identities = pgTable(
  'identities',
  {
    source: text('source').notNull(),
    externalId: text('external_id').notNull(),
    actor: text('actor')
      .notNull()
      .references(() => actors.id),
  },
  (table) => [primaryKey({ columns: [table.source, table.externalId] })],
);

export const projects = pgTable('projects', {
  id: text('id').primaryKey(),
  repo: text('repo').notNull().unique(),
  cloneUrl: text('clone_url').notNull(),
  defaultBranch: text('default_branch').notNull(),
  channel: text('channel'),
  agent: text('agent').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const hosts = pgTable(
  'hosts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    transport: jsonb('transport').$type<Transport>().notNull(),
    capacity: integer('capacity').notNull(),
    state: text('state').notNull(),
    reach: jsonb('reach').$type<Reach>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('hosts_name_in_use').on(table.name).where(sql`state <> 'removed'`),
    check('hosts_state', sql`state in ('active', 'draining', 'removed')`),
    check('hosts_capacity', sql`capacity between 1 and 1000`),
  ],
);

export const threads = pgTable(
  'threads',
  {
    id: text('id').primaryKey(),
    slackChannel: text('slack_channel'),
    slackTs: text('slack_ts'),
    issueRepo: text('issue_repo'),
    issueNumber: integer('issue_number'),
    lockedBy: text('locked_by'),
    lockedUntil: moment('locked_until'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    unique('threads_slack').on(table.slackChannel, table.slackTs),
    unique('threads_issue').on(table.issueRepo, table.issueNumber),
  ],
);

export const tasks = pgTable(
  'tasks',
  {
    id: integer('id').primaryKey(),
    state: text('state').notNull(),
    brief: text('brief').notNull(),
    project: text('project')
      .notNull()
      .references(() => projects.id),
    repo: text('repo').notNull(),
    priority: text('priority').notNull(),
    agent: text('agent').notNull(),
    wantedHost: text('wanted_host').references(() => hosts.id),
    askedBy: text('asked_by')
      .notNull()
      .references(() => actors.id),
    origin: jsonb('origin').$type<Origin>().notNull(),
    thread: text('thread')
      .notNull()
      .references(() => threads.id),
    attempt: integer('attempt').notNull(),
    createdAt: moment('created_at').notNull(),
    /** What a queued task waits for, or why a failed one failed. */
    why: text('why'),
    host: text('host').references(() => hosts.id),
    session: text('session'),
    branch: text('branch'),
    pullRequest: jsonb('pull_request').$type<PullRequest>(),
    assignedAt: moment('assigned_at'),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    cancelledBy: text('cancelled_by').references(() => actors.id),
  },
  (table) => [
    // The work item: an issue has one thread, so a repeated label meets this key.
    unique('tasks_work_item').on(table.thread, table.attempt),
    index('tasks_by_state').on(table.state),
    index('tasks_by_branch').on(table.repo, table.branch),
    check('tasks_state', sql`state in ('queued', 'assigned', 'running', 'completed', 'failed', 'cancelled')`),
    check('tasks_priority', sql`priority in ('critical', 'high', 'medium', 'low')`),
    check(
      'tasks_placed',
      sql`state in ('queued', 'cancelled') or (host is not null and session is not null and branch is not null)`,
    ),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    host: text('host')
      .notNull()
      .references(() => hosts.id),
    name: text('name').notNull(),
    agent: text('agent').notNull(),
    worktree: text('worktree'),
    branch: text('branch').notNull(),
    generation: integer('generation').notNull(),
    missedLooks: integer('missed_looks').notNull(),
    state: text('state').notNull(),
    createdAt: moment('created_at').notNull(),
    lockedBy: text('locked_by'),
    lockedUntil: moment('locked_until'),
  },
  (table) => [
    index('sessions_by_task').on(table.task),
    // One session that is not over for each task and for each name on a host.
    uniqueIndex('sessions_one_per_task').on(table.task).where(sql`state <> 'ended'`),
    uniqueIndex('sessions_one_per_name').on(table.host, table.name).where(sql`state <> 'ended'`),
    check('sessions_state', sql`state in ('preparing', 'live', 'ended')`),
  ],
);

/** Append-only: what happened, in the transaction of the change. */
export const events = pgTable(
  'events',
  {
    sequence: bigserial('sequence', { mode: 'number' }).primaryKey(),
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    thread: text('thread')
      .notNull()
      .references(() => threads.id),
    kind: text('kind').notNull(),
    at: moment('at').notNull(),
    data: jsonb('data').$type<Event>().notNull(),
  },
  (table) => [
    index('events_by_thread').on(table.thread, table.sequence),
    index('events_by_task').on(table.task, table.sequence),
  ],
);

/** Recent looks at sessions: only changes are kept, and the screen only redacted. */
export const observations = pgTable(
  'observations',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    state: text('state').notNull(),
    confidence: real('confidence').notNull(),
    data: jsonb('data').$type<Observation>().notNull(),
    screen: jsonb('screen').$type<readonly string[]>().notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [index('observations_by_session').on(table.session, table.id)],
);

export const decisions = pgTable(
  'decisions',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    kind: text('kind').notNull(),
    decision: jsonb('decision').$type<Decision>().notNull(),
    verdict: jsonb('verdict').$type<Verdict>().notNull(),
    at: moment('at').notNull(),
  },
  (table) => [index('decisions_by_session').on(table.session, table.id)],
);

export const approvals = pgTable(
  'approvals',
  {
    id: text('id').primaryKey(),
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    thread: text('thread')
      .notNull()
      .references(() => threads.id),
    subject: jsonb('subject').$type<ApprovalSubject>().notNull(),
    digest: text('digest').notNull(),
    choices: jsonb('choices').$type<readonly Choice[]>().notNull(),
    requestedBy: text('requested_by').references(() => actors.id),
    state: text('state').notNull(),
    choice: text('choice'),
    answeredBy: text('answered_by').references(() => actors.id),
    why: text('why'),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    // The same question is open once.
    uniqueIndex('approvals_open_once').on(table.digest).where(sql`state = 'open'`),
    index('approvals_by_task').on(table.task),
    check('approvals_state', sql`state in ('open', 'answered', 'expired', 'withdrawn')`),
  ],
);

export const actions = pgTable(
  'actions',
  {
    id: text('id').primaryKey(),
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    kind: text('kind').notNull(),
    effect: jsonb('effect').$type<ActionEffect>().notNull(),
    actor: text('actor').references(() => actors.id),
    /** The answer that allowed it. One answer allows one action. */
    approval: text('approval').references(() => approvals.id),
    state: text('state').notNull(),
    why: text('why'),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
  },
  (table) => [
    unique('actions_approval').on(table.approval),
    index('actions_by_session').on(table.session, table.createdAt),
    check('actions_state', sql`state in ('intended', 'started', 'succeeded', 'failed', 'dropped')`),
  ],
);

export const deliveries = pgTable(
  'deliveries',
  {
    source: text('source').notNull(),
    id: text('id').notNull(),
    kind: text('kind').notNull(),
    payload: jsonb('payload').$type<unknown>().notNull(),
    receivedAt: moment('received_at').notNull(),
    doneAt: moment('done_at'),
    /** `done`, `ignored: …`, `refused: …`. */
    outcome: text('outcome'),
  },
  (table) => [primaryKey({ columns: [table.source, table.id] })],
);

export const notifications = pgTable(
  'notifications',
  {
    id: text('id').primaryKey(),
    thread: text('thread')
      .notNull()
      .references(() => threads.id),
    surface: text('surface').notNull(),
    key: text('key').notNull(),
    state: text('state').notNull(),
    messageId: text('message_id'),
    digest: text('digest'),
    why: text('why'),
    claimedAt: moment('claimed_at').notNull(),
    sentAt: moment('sent_at'),
  },
  (table) => [
    unique('notifications_key').on(table.thread, table.surface, table.key),
    check('notifications_state', sql`state in ('claimed', 'sent', 'undeliverable')`),
  ],
);
