CREATE TABLE "agent_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"session" text NOT NULL,
	"generation" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"event" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"report" jsonb,
	"payload" text NOT NULL,
	CONSTRAINT "agent_events_place" UNIQUE("session","start","at")
);
--> statement-breakpoint
CREATE TABLE "host_facts" (
	"host" text PRIMARY KEY NOT NULL,
	"provider" text DEFAULT 'static' NOT NULL,
	"region" text,
	"is_running" boolean,
	"told_sessions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"stale_since" timestamp with time zone,
	"absent_since" timestamp with time zone,
	"identity" jsonb,
	"health" jsonb,
	"looked_at" timestamp with time zone,
	"misrouted_looks" integer DEFAULT 0 NOT NULL,
	"stranger" jsonb,
	"silent_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "seen_sessions" (
	"host" text NOT NULL,
	"name" text NOT NULL,
	"tmux_id" text NOT NULL,
	"session" text,
	"windows" integer NOT NULL,
	"is_attached" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"place" jsonb,
	"agent" text,
	"agent_version" text,
	"pull_request_url" text,
	"observation" jsonb NOT NULL,
	"readings" jsonb NOT NULL,
	"screen" jsonb NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"unchanged_since" timestamp with time zone NOT NULL,
	"stuck_since" timestamp with time zone,
	"presence" text NOT NULL,
	CONSTRAINT "seen_sessions_host_name_pk" PRIMARY KEY("host","name"),
	CONSTRAINT "seen_sessions_presence" CHECK (presence in ('present', 'missing'))
);
--> statement-breakpoint
CREATE TABLE "transcripts" (
	"session" text PRIMARY KEY NOT NULL,
	"file" text NOT NULL,
	"size" bigint NOT NULL,
	"digest" jsonb NOT NULL,
	"report" jsonb,
	"read_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watches" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"name" text NOT NULL,
	"requested_by" text NOT NULL,
	"channel" text NOT NULL,
	"thread_ts" text,
	"message_ts" text,
	"shown" text,
	"state" text NOT NULL,
	"why" text,
	"started_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "watches_state" CHECK (state in ('watching', 'ended'))
);
--> statement-breakpoint
ALTER TABLE "hosts" DROP CONSTRAINT "hosts_state";--> statement-breakpoint
ALTER TABLE "hosts" ADD COLUMN "watched_by" text;--> statement-breakpoint
ALTER TABLE "hosts" ADD COLUMN "watched_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "hosts" ADD COLUMN "watch_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "observations" ADD COLUMN "readings" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "is_adopted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "is_to_be_observed_first" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "conversation" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "server" jsonb;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "spool_offset" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_events" ADD CONSTRAINT "agent_events_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "host_facts" ADD CONSTRAINT "host_facts_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seen_sessions" ADD CONSTRAINT "seen_sessions_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcripts" ADD CONSTRAINT "transcripts_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watches" ADD CONSTRAINT "watches_host_hosts_id_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watches" ADD CONSTRAINT "watches_requested_by_actors_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "seen_sessions_by_session" ON "seen_sessions" USING btree ("session");--> statement-breakpoint
CREATE INDEX "watches_by_state" ON "watches" USING btree ("state");--> statement-breakpoint
ALTER TABLE "hosts" ADD CONSTRAINT "hosts_state" CHECK (state in ('active', 'draining', 'excluded', 'removed'));