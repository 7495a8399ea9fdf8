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
  Reading,
  Round,
  RoundEntry,
  RoundScope,
  StoredModelCall,
  TaskId,
  TmuxServer,
  Transport,
  Verdict,
} from '../src/domain/index.ts';
import {
  bigint,
  bigserial,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  sql,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from './drizzle.ts';

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

/** Issues with the label of objectives. */
export const objectives = pgTable(
  'objectives',
  {
    project: text('project')
      .notNull()
      .references(() => projects.id),
    issue: integer('issue').notNull(),
    title: text('title').notNull(),
    url: text('url').notNull(),
    state: text('state').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.project, table.issue] }),
    check('objectives_state', sql`state in ('open', 'closed', 'dropped')`),
  ],
);

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
    /** The process that watches it. Its number goes up with every other holder: what an earlier one still writes is refused. */
    watchedBy: text('watched_by'),
    watchedUntil: moment('watched_until'),
    watchGeneration: integer('watch_generation').notNull().default(0),
  },
  (table) => [
    uniqueIndex('hosts_name_in_use').on(table.name).where(sql`state <> 'removed'`),
    check('hosts_state', sql`state in ('active', 'draining', 'excluded', 'removed')`),
    check('hosts_capacity', sql`capacity between 1 and 1000`),
  ],
);

/** What is known of a host beside how it is reached: from its provider, and from looking at it. */
export const hostFacts = pgTable('host_facts', {
  host: text('host')
    .primaryKey()
    .references(() => hosts.id),
  provider: text('provider').notNull().default('static'),
  region: text('region'),
  isRunning: boolean('is_running'),
  toldSessions: jsonb('told_sessions').$type<unknown>().notNull().default([]),
  staleSince: moment('stale_since'),
  absentSince: moment('absent_since'),
  identity: jsonb('identity').$type<unknown>(),
  health: jsonb('health').$type<unknown>(),
  lookedAt: moment('looked_at'),
  misroutedLooks: integer('misrouted_looks').notNull().default(0),
  stranger: jsonb('stranger').$type<unknown>(),
  silentSince: moment('silent_since'),
});

/** Every session of every host, ours or not, as it was last seen. */
export const seenSessions = pgTable(
  'seen_sessions',
  {
    host: text('host')
      .notNull()
      .references(() => hosts.id),
    name: text('name').notNull(),
    tmuxId: text('tmux_id').notNull(),
    /** What is written on it. Another installation may have written it, so it is no key of ours. */
    session: text('session'),
    windows: integer('windows').notNull(),
    isAttached: boolean('is_attached').notNull(),
    createdAt: moment('created_at').notNull(),
    place: jsonb('place').$type<unknown>(),
    agent: text('agent'),
    agentVersion: text('agent_version'),
    pullRequestUrl: text('pull_request_url'),
    observation: jsonb('observation').$type<unknown>().notNull(),
    readings: jsonb('readings').$type<unknown>().notNull(),
    screen: jsonb('screen').$type<unknown>().notNull(),
    observedAt: moment('observed_at').notNull(),
    since: moment('since').notNull(),
    unchangedSince: moment('unchanged_since').notNull(),
    stuckSince: moment('stuck_since'),
    presence: text('presence').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.host, table.name] }),
    index('seen_sessions_by_session').on(table.session),
    check('seen_sessions_presence', sql`presence in ('present', 'missing')`),
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
    /** Tasks that have to be completed first. */
    after: integer('after').array().notNull().default([]),
    /** What its agent may do without asking; null: as the configuration says. */
    permissionMode: text('permission_mode'),
    maxTurns: integer('max_turns'),
    askedBy: text('asked_by')
      .notNull()
      .references(() => actors.id),
    origin: jsonb('origin').$type<Origin>().notNull(),
    thread: text('thread')
      .notNull()
      .references(() => threads.id),
    attempt: integer('attempt').notNull(),
    resumes: text('resumes'),
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
    /** A person's lock, unlike those of sessions and threads, which are a worker's. */
    lockedBy: text('locked_by').references(() => actors.id),
    lockedAt: moment('locked_at'),
    lockedUntil: moment('locked_until'),
    /** Towards which the agent is guided meanwhile. */
    lockedGoal: text('locked_goal'),
  },
  (table) => [
    // The work item: an issue has one thread, so a repeated label meets this key.
    unique('tasks_work_item').on(table.thread, table.attempt),
    index('tasks_by_state').on(table.state),
    index('tasks_by_branch').on(table.repo, table.branch),
    check('tasks_state', sql`state in ('queued', 'assigned', 'running', 'completed', 'failed', 'cancelled')`),
    check('tasks_permission_mode', sql`permission_mode in ('ask', 'edits', 'all')`),
    check('tasks_max_turns', sql`max_turns > 0`),
    check('tasks_priority', sql`priority in ('critical', 'high', 'medium', 'low')`),
    check(
      'tasks_placed',
      sql`state in ('queued', 'cancelled') or (host is not null and session is not null and branch is not null)`,
    ),
    check(
      'tasks_locked',
      sql`(locked_by is null and locked_at is null and locked_until is null) or
        (locked_by is not null and locked_at is not null and state in ('queued', 'assigned', 'running'))`,
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
    isAdopted: boolean('is_adopted').notNull().default(false),
    isToBeObservedFirst: boolean('is_to_be_observed_first').notNull().default(false),
    conversation: text('conversation'),
    server: jsonb('server').$type<TmuxServer>(),
    /** How far its spool was read, in bytes. */
    spoolOffset: bigint('spool_offset', { mode: 'number' }).notNull().default(0),
    isGuided: boolean('is_guided').notNull().default(false),
    endedTurns: integer('ended_turns').notNull().default(0),
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

/** How tasks ended, by the sort of their work, their host and their agent. */
export const trackRecords = pgTable(
  'track_records',
  {
    work: text('work').notNull(),
    host: text('host')
      .notNull()
      .references(() => hosts.id),
    agent: text('agent').notNull(),
    succeeded: integer('succeeded').notNull(),
    failed: integer('failed').notNull(),
  },
  (table) => [primaryKey({ columns: [table.work, table.host, table.agent] })],
);

/** Files that were pushed to a task's branch. */
export const taskFiles = pgTable(
  'task_files',
  {
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    path: text('path').notNull(),
  },
  (table) => [primaryKey({ columns: [table.task, table.path] })],
);

/** Two tasks that change the same, and what people know and said of it. `one` is the smaller number. */
export const overlaps = pgTable(
  'overlaps',
  {
    one: integer('one')
      .notNull()
      .references(() => tasks.id),
    other: integer('other')
      .notNull()
      .references(() => tasks.id),
    files: text('files').array().notNull(),
    isSameBranch: boolean('is_same_branch').notNull(),
    state: text('state').notNull(),
    held: integer('held').references(() => tasks.id),
  },
  (table) => [
    primaryKey({ columns: [table.one, table.other] }),
    check('overlaps_state', sql`state in ('told', 'held', 'released')`),
    check('overlaps_order', sql`one < other`),
    check('overlaps_held', sql`(state = 'held') = (held is not null)`),
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
    /** What each source said by itself. */
    readings: jsonb('readings').$type<readonly Reading[]>().notNull().default([]),
    screen: jsonb('screen').$type<readonly string[]>().notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [index('observations_by_session').on(table.session, table.id)],
);

/** What agents told through their hooks, in the order they told it. */
export const agentEvents = pgTable(
  'agent_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    start: bigint('start', { mode: 'number' }).notNull(),
    end: bigint('end', { mode: 'number' }).notNull(),
    event: text('event').notNull(),
    at: moment('at').notNull(),
    report: jsonb('report').$type<unknown>(),
    payload: text('payload').notNull(),
  },
  // A spool that was begun anew has the same places again, at other times.
  (table) => [unique('agent_events_place').on(table.session, table.start, table.at)],
);

/** What agents' hooks asked and waited for. */
export const agentRequests = pgTable(
  'agent_requests',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    ask: text('ask').notNull(),
    generation: integer('generation').notNull(),
    event: text('event').notNull(),
    wants: jsonb('wants').$type<unknown>().notNull(),
    askedAt: moment('asked_at').notNull(),
    state: text('state').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.ask] }),
    index('agent_requests_waiting').on(table.session).where(sql`state = 'waiting'`),
    check('agent_requests_state', sql`state in ('waiting', 'told', 'over')`),
  ],
);

/** What the transcript of a session told, and where reading it stopped. */
export const transcripts = pgTable('transcripts', {
  session: text('session')
    .primaryKey()
    .references(() => sessions.id),
  file: text('file').notNull(),
  size: bigint('size', { mode: 'number' }).notNull(),
  digest: jsonb('digest').$type<unknown>().notNull(),
  /** What its newest lines say of the agent's state. */
  report: jsonb('report').$type<unknown>(),
  readAt: moment('read_at').notNull(),
});

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
    /** What the gate looked at. Null: nothing, or it stands in `model_calls`. */
    input: jsonb('input').$type<unknown>(),
    at: moment('at').notNull(),
  },
  (table) => [index('decisions_by_session').on(table.session, table.id)],
);

/** Every call of a model: what it was asked, what it took, what was made of its answer. */
export const modelCalls = pgTable(
  'model_calls',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    task: integer('task')
      .notNull()
      .references(() => tasks.id),
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    protocol: text('protocol').notNull(),
    model: text('model').notNull(),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at').notNull(),
    tries: integer('tries').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costUsd: doublePrecision('cost_usd'),
    /** Null: too old to be asked again. */
    question: jsonb('question').$type<unknown>(),
    messagesRead: integer('messages_read').notNull(),
    answer: jsonb('answer').$type<StoredModelCall['answer']>().notNull(),
    decision: jsonb('decision').$type<Decision>(),
    verdict: jsonb('verdict').$type<Verdict>(),
  },
  (table) => [
    index('model_calls_by_session').on(table.session, table.id),
    index('model_calls_by_start').on(table.startedAt),
    index('model_calls_to_ask_again').on(table.startedAt).where(sql`question is not null`),
  ],
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
    host: text('host').references(() => hosts.id),
    policy: jsonb('policy').$type<unknown>(),
    because: text('because'),
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

/** Of approvals that more than one person gives: those before the one that decided. */
export const approvalVotes = pgTable(
  'approval_votes',
  {
    approval: text('approval')
      .notNull()
      .references(() => approvals.id),
    actor: text('actor')
      .notNull()
      .references(() => actors.id),
    choice: text('choice').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.approval, table.actor] })],
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

/** Messages that follow a session's screen for a limited time. */
export const watches = pgTable(
  'watches',
  {
    id: text('id').primaryKey(),
    host: text('host')
      .notNull()
      .references(() => hosts.id),
    name: text('name').notNull(),
    requestedBy: text('requested_by')
      .notNull()
      .references(() => actors.id),
    channel: text('channel').notNull(),
    threadTs: text('thread_ts'),
    messageTs: text('message_ts'),
    shown: text('shown'),
    state: text('state').notNull(),
    why: text('why'),
    startedAt: moment('started_at').notNull(),
    until: moment('until').notNull(),
  },
  (table) => [
    index('watches_by_state').on(table.state),
    check('watches_state', sql`state in ('watching', 'ended')`),
  ],
);

/** One row, `director`: what all processes that direct have in common. It comes with the first failing cycle. */
export const directors = pgTable(
  'directors',
  {
    id: text('id').primaryKey(),
    /** Cycles that failed since the last one that did not. */
    failedInRow: integer('failed_in_row').notNull(),
  },
  () => [check('directors_one', sql`id = 'director'`)],
);

/** Passes over many sessions that people asked for. */
export const rounds = pgTable(
  'rounds',
  {
    id: integer('id').primaryKey(),
    kind: text('kind').notNull(),
    askedBy: text('asked_by')
      .notNull()
      .references(() => actors.id),
    thread: text('thread').references(() => threads.id),
    scope: jsonb('scope').$type<RoundScope>().notNull(),
    isIncremental: boolean('is_incremental').notNull(),
    isSaved: boolean('is_saved').notNull(),
    isForced: boolean('is_forced').notNull(),
    adopted: jsonb('adopted').$type<readonly TaskId[]>().notNull(),
    entries: jsonb('entries').$type<readonly RoundEntry[]>().notNull(),
    objectives: jsonb('objectives').$type<Round['objectives']>().notNull().default([]),
    total: integer('total'),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    unique('rounds_thread').on(table.thread),
    check('rounds_kind', sql`kind in ('scout', 'dry-run', 'advance', 'run-once')`),
  ],
);

/** Times in which the director decided nothing by itself. */
export const pauses = pgTable(
  'pauses',
  {
    id: text('id').primaryKey(),
    /** Null: the director paused itself. */
    pausedBy: text('paused_by').references(() => actors.id),
    why: text('why'),
    thread: text('thread').references(() => threads.id),
    since: moment('since').notNull(),
    endedBy: text('ended_by').references(() => actors.id),
    endedAt: moment('ended_at'),
  },
  (table) => [
    uniqueIndex('pauses_one_open').on(sql`(ended_at is null)`).where(sql`ended_at is null`),
    unique('pauses_thread').on(table.thread),
    check('pauses_ended', sql`(ended_by is null) = (ended_at is null)`),
  ],
);

/** The newest usage limit that the agent of each session told of. */
export const accountLimits = pgTable(
  'account_limits',
  {
    session: text('session')
      .primaryKey()
      .references(() => sessions.id),
    generation: integer('generation').notNull(),
    account: text('account').notNull(),
    title: text('title').notNull(),
    words: text('words').notNull(),
    toldAt: moment('told_at').notNull(),
    until: moment('until').notNull(),
    isTimeTold: boolean('is_time_told').notNull(),
    isOver: boolean('is_over').notNull(),
  },
  (table) => [index('account_limits_by_end').on(table.until)],
);

/** What was used, by the day it was read on. A transcript tells totals: what a day has is what they grew by. */
export const usageOfDays = pgTable(
  'usage_of_days',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id),
    file: text('file').notNull(),
    /** Its begin, in UTC. */
    day: moment('day').notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull(),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull(),
    cacheReadTokens: bigint('cache_read_tokens', { mode: 'number' }).notNull(),
    cacheWriteTokens: bigint('cache_write_tokens', { mode: 'number' }).notNull(),
    /** Null: the agent reports none. */
    costUsd: doublePrecision('cost_usd'),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.file, table.day] }),
    index('usage_of_days_by_day').on(table.day),
  ],
);

/** Caps that a person set, in place of those of the configuration. */
export const budgetCaps = pgTable('budget_caps', {
  scope: text('scope').primaryKey(),
  capUsd: doublePrecision('cap_usd').notNull(),
  setBy: text('set_by')
    .notNull()
    .references(() => actors.id),
  setAt: moment('set_at').notNull(),
});
