CREATE TABLE "directors" (
	"id" text PRIMARY KEY NOT NULL,
	"failed_in_row" integer NOT NULL,
	CONSTRAINT "directors_one" CHECK (id = 'director')
);
--> statement-breakpoint
CREATE TABLE "pauses" (
	"id" text PRIMARY KEY NOT NULL,
	"paused_by" text,
	"why" text,
	"thread" text,
	"since" timestamp with time zone NOT NULL,
	"ended_by" text,
	"ended_at" timestamp with time zone,
	CONSTRAINT "pauses_thread" UNIQUE("thread"),
	CONSTRAINT "pauses_ended" CHECK ((ended_by is null) = (ended_at is null))
);
--> statement-breakpoint
ALTER TABLE "pauses" ADD CONSTRAINT "pauses_paused_by_actors_id_fk" FOREIGN KEY ("paused_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pauses" ADD CONSTRAINT "pauses_thread_threads_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pauses" ADD CONSTRAINT "pauses_ended_by_actors_id_fk" FOREIGN KEY ("ended_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "pauses_one_open" ON "pauses" USING btree ((ended_at is null)) WHERE ended_at is null;