CREATE TABLE "account_limits" (
	"session" text PRIMARY KEY NOT NULL,
	"generation" integer NOT NULL,
	"account" text NOT NULL,
	"title" text NOT NULL,
	"words" text NOT NULL,
	"told_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"is_time_told" boolean NOT NULL,
	"is_over" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_requests" (
	"session" text NOT NULL,
	"ask" text NOT NULL,
	"generation" integer NOT NULL,
	"event" text NOT NULL,
	"wants" jsonb NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "agent_requests_session_ask_pk" PRIMARY KEY("session","ask"),
	CONSTRAINT "agent_requests_state" CHECK (state in ('waiting', 'told', 'over'))
);
--> statement-breakpoint
CREATE TABLE "approval_votes" (
	"approval" text NOT NULL,
	"actor" text NOT NULL,
	"choice" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "approval_votes_approval_actor_pk" PRIMARY KEY("approval","actor")
);
--> statement-breakpoint
CREATE TABLE "budget_caps" (
	"scope" text PRIMARY KEY NOT NULL,
	"cap_usd" double precision NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_calls" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"task" integer NOT NULL,
	"session" text NOT NULL,
	"generation" integer NOT NULL,
	"protocol" text NOT NULL,
	"model" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	"tries" integer NOT NULL,
	"input_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"cache_read_tokens" integer NOT NULL,
	"cache_write_tokens" integer NOT NULL,
	"cost_usd" double precision,
	"question" jsonb,
	"messages_read" integer NOT NULL,
	"answer" jsonb NOT NULL,
	"decision" jsonb,
	"verdict" jsonb
);
--> statement-breakpoint
CREATE TABLE "overlaps" (
	"one" integer NOT NULL,
	"other" integer NOT NULL,
	"files" text[] NOT NULL,
	"is_same_branch" boolean NOT NULL,
	"state" text NOT NULL,
	"held" integer,
	CONSTRAINT "overlaps_one_other_pk" PRIMARY KEY("one","other"),
	CONSTRAINT "overlaps_state" CHECK (state in ('told', 'held', 'released')),
	CONSTRAINT "overlaps_order" CHECK (one < other),
	CONSTRAINT "overlaps_held" CHECK ((state = 'held') = (held is not null))
);
--> statement-breakpoint
CREATE TABLE "rounds" (
	"id" integer PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"asked_by" text NOT NULL,
	"thread" text,
	"scope" jsonb NOT NULL,
	"is_incremental" boolean NOT NULL,
	"is_saved" boolean NOT NULL,
	"is_forced" boolean NOT NULL,
	"adopted" jsonb NOT NULL,
	"entries" jsonb NOT NULL,
	"total" integer,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "rounds_thread" UNIQUE("thread"),
	CONSTRAINT "rounds_kind" CHECK (kind in ('scout', 'dry-run', 'advance', 'run-once'))
);
--> statement-breakpoint
CREATE TABLE "task_files" (
	"task" integer NOT NULL,
	"path" text NOT NULL,
	CONSTRAINT "task_files_task_path_pk" PRIMARY KEY("task","path")
);
--> statement-breakpoint
CREATE TABLE "track_records" (
	"work" text NOT NULL,
	"host" text NOT NULL,
	"agent" text NOT NULL,
	"succeeded" integer NOT NULL,
	"failed" integer NOT NULL,
	CONSTRAINT "track_records_work_host_agent_pk" PRIMARY KEY("work","host","agent")
);
--> statement-breakpoint
CREATE TABLE "usage_of_days" (
	"session" text NOT NULL,
	"file" text NOT NULL,
	"day" timestamp with time zone NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_tokens" bigint NOT NULL,
	"cost_usd" double precision,
	CONSTRAINT "usage_of_days_session_file_day_pk" PRIMARY KEY("session","file","day")
);
--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "host" text;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "policy" jsonb;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "because" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "is_guided" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "ended_turns" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "after" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "permission_mode" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "max_turns" integer;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "resumes" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "locked_goal" text;--> statement-breakpoint
ALTER TABLE "account_limits" ADD CONSTRAINT "account_limits_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_requests" ADD CONSTRAINT "agent_requests_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_votes" ADD CONSTRAINT "approval_votes_approval_approvals_id_fk" FOREIGN KEY ("approval") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_votes" ADD CONSTRAINT "approval_votes_actor_actors_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budget_caps" ADD CONSTRAINT "budget_caps_set_by_actors_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_calls" ADD CONSTRAINT "model_calls_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_calls" ADD CONSTRAINT "model_calls_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overlaps" ADD CONSTRAINT "overlaps_one_tasks_id_fk" FOREIGN KEY ("one") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overlaps" ADD CONSTRAINT "overlaps_other_tasks_id_fk" FOREIGN KEY ("other") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overlaps" ADD CONSTRAINT "overlaps_held_tasks_id_fk" FOREIGN KEY ("held") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_asked_by_actors_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_files" ADD CONSTRAINT "task_files_task_tasks_id_fk" FOREIGN KEY ("task") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track_records" ADD CONSTRAINT "track_records_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_of_days" ADD CONSTRAINT "usage_of_days_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_limits_by_end" ON "account_limits" USING btree ("until");--> statement-breakpoint
CREATE INDEX "agent_requests_waiting" ON "agent_requests" USING btree ("session") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "model_calls_by_session" ON "model_calls" USING btree ("session","id");--> statement-breakpoint
CREATE INDEX "model_calls_by_start" ON "model_calls" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "model_calls_to_ask_again" ON "model_calls" USING btree ("started_at") WHERE question is not null;--> statement-breakpoint
CREATE INDEX "usage_of_days_by_day" ON "usage_of_days" USING btree ("day");--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_permission_mode" CHECK (permission_mode in ('ask', 'edits', 'all'));--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_max_turns" CHECK (max_turns > 0);