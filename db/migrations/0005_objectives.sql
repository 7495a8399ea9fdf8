CREATE TABLE "objectives" (
	"project" text NOT NULL,
	"issue" integer NOT NULL,
	"title" text NOT NULL,
	"url" text NOT NULL,
	"state" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "objectives_project_issue_pk" PRIMARY KEY("project","issue"),
	CONSTRAINT "objectives_state" CHECK (state in ('open', 'closed', 'dropped'))
);
--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "input" jsonb;--> statement-breakpoint
ALTER TABLE "rounds" ADD COLUMN "objectives" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "objectives" ADD CONSTRAINT "objectives_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;