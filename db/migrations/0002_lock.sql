ALTER TABLE "tasks" ADD COLUMN "locked_by" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "locked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "locked_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_locked_by_actors_id_fk" FOREIGN KEY ("locked_by") REFERENCES "public"."actors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_locked" CHECK ((locked_by is null and locked_at is null and locked_until is null) or
        (locked_by is not null and locked_at is not null and state in ('queued', 'assigned', 'running')));