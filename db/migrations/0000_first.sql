CREATE TABLE "actions" (
	"id" text PRIMARY KEY NOT NULL,
	"task" integer NOT NULL,
	"session" text NOT NULL,
	"generation" integer NOT NULL,
	"kind" text NOT NULL,
	"effect" jsonb NOT NULL,
	"actor" text,
	"approval" text,
	"state" text NOT NULL,
	"why" text,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "actions_approval" UNIQUE("approval"),
	CONSTRAINT "actions_state" CHECK (state in ('intended', 'started', 'succeeded', 'failed', 'dropped'))
);
--> statement-breakpoint
CREATE TABLE "actors" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "actors_identity" UNIQUE("source","external_id")
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"task" integer NOT NULL,
	"thread" text NOT NULL,
	"subject" jsonb NOT NULL,
	"digest" text NOT NULL,
	"choices" jsonb NOT NULL,
	"requested_by" text,
	"state" text NOT NULL,
	"choice" text,
	"answered_by" text,
	"why" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "approvals_state" CHECK (state in ('open', 'answered', 'expired', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"session" text NOT NULL,
	"generation" integer NOT NULL,
	"kind" text NOT NULL,
	"decision" jsonb NOT NULL,
	"verdict" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"source" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "deliveries_source_id_pk" PRIMARY KEY("source","id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"sequence" bigserial PRIMARY KEY NOT NULL,
	"task" integer NOT NULL,
	"thread" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hosts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"transport" jsonb NOT NULL,
	"capacity" integer NOT NULL,
	"state" text NOT NULL,
	"reach" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "hosts_state" CHECK (state in ('active', 'draining', 'removed')),
	CONSTRAINT "hosts_capacity" CHECK (capacity between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"actor" text NOT NULL,
	CONSTRAINT "identities_source_external_id_pk" PRIMARY KEY("source","external_id")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" text PRIMARY KEY NOT NULL,
	"thread" text NOT NULL,
	"surface" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"message_id" text,
	"digest" text,
	"why" text,
	"claimed_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "notifications_key" UNIQUE("thread","surface","key"),
	CONSTRAINT "notifications_state" CHECK (state in ('claimed', 'sent', 'undeliverable'))
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"session" text NOT NULL,
	"generation" integer NOT NULL,
	"state" text NOT NULL,
	"confidence" real NOT NULL,
	"data" jsonb NOT NULL,
	"screen" jsonb NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"repo" text NOT NULL,
	"clone_url" text NOT NULL,
	"default_branch" text NOT NULL,
	"channel" text,
	"agent" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "projects_repo_unique" UNIQUE("repo")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"task" integer NOT NULL,
	"host" text NOT NULL,
	"name" text NOT NULL,
	"agent" text NOT NULL,
	"worktree" text,
	"branch" text NOT NULL,
	"generation" integer NOT NULL,
	"missed_looks" integer NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"locked_by" text,
	"locked_until" timestamp with time zone,
	CONSTRAINT "sessions_state" CHECK (state in ('preparing', 'live', 'ended'))
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" integer PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"brief" text NOT NULL,
	"project" text NOT NULL,
	"repo" text NOT NULL,
	"priority" text NOT NULL,
	"agent" text NOT NULL,
	"wanted_host" text,
	"asked_by" text NOT NULL,
	"origin" jsonb NOT NULL,
	"thread" text NOT NULL,
	"attempt" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"why" text,
	"host" text,
	"session" text,
	"branch" text,
	"pull_request" jsonb,
	"assigned_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"cancelled_by" text,
	CONSTRAINT "tasks_work_item" UNIQUE("thread","attempt"),
	CONSTRAINT "tasks_state" CHECK (state in ('queued', 'assigned', 'running', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "tasks_priority" CHECK (priority in ('critical', 'high', 'medium', 'low')),
	CONSTRAINT "tasks_placed" CHECK (state in ('queued', 'cancelled') or (host is not null and session is not null and branch is not null))
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"id" text PRIMARY KEY NOT NULL,
	"slack_channel" text,
	"slack_ts" text,
	"issue_repo" text,
	"issue_number" integer,
	"locked_by" text,
	"locked_until" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "threads_slack" UNIQUE("slack_channel","slack_ts"),
	CONSTRAINT "threads_issue" UNIQUE("issue_repo","issue_number")
);
--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_actor_actors_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_approval_approvals_id_fk" FOREIGN KEY ("approval") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_requested_by_actors_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_answered_by_actors_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_actor_actors_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_wanted_host_hosts_id_fk" FOREIGN KEY ("wanted_host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_asked_by_actors_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_cancelled_by_actors_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "actions_by_session" ON "actions" USING btree ("session","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_open_once" ON "approvals" USING btree ("digest") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "approvals_by_task" ON "approvals" USING btree ("task");--> statement-breakpoint
CREATE INDEX "decisions_by_session" ON "decisions" USING btree ("session","id");--> statement-breakpoint
CREATE INDEX "events_by_thread" ON "events" USING btree ("thread","sequence");--> statement-breakpoint
CREATE INDEX "events_by_task" ON "events" USING btree ("task","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "hosts_name_in_use" ON "hosts" USING btree ("name") WHERE state <> 'removed';--> statement-breakpoint
CREATE INDEX "observations_by_session" ON "observations" USING btree ("session","id");--> statement-breakpoint
CREATE INDEX "sessions_by_task" ON "sessions" USING btree ("task");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_one_per_task" ON "sessions" USING btree ("task") WHERE state <> 'ended';--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_one_per_name" ON "sessions" USING btree ("host","name") WHERE state <> 'ended';--> statement-breakpoint
CREATE INDEX "tasks_by_state" ON "tasks" USING btree ("state");--> statement-breakpoint
CREATE INDEX "tasks_by_branch" ON "tasks" USING btree ("repo","branch");