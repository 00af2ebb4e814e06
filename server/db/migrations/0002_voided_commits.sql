CREATE TABLE "commit_votes" (
	"conversation" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"person" uuid NOT NULL,
	"follows" boolean NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "commit_votes_conversation_seq_person_pk" PRIMARY KEY("conversation","seq","person")
);
--> statement-breakpoint
DROP INDEX "log_entries_one_commit_per_epoch";--> statement-breakpoint
ALTER TABLE "group_infos" DROP CONSTRAINT "group_infos_pkey";--> statement-breakpoint
ALTER TABLE "group_infos" ADD CONSTRAINT "group_infos_conversation_epoch_pk" PRIMARY KEY("conversation","epoch");--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "disputed" bigint;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "last_void" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "log_entries" ADD COLUMN "undo" jsonb;--> statement-breakpoint
ALTER TABLE "log_entries" ADD COLUMN "voided" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "log_entries" ADD COLUMN "undoes" bigint;--> statement-breakpoint
ALTER TABLE "commit_votes" ADD CONSTRAINT "commit_votes_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "log_entries_voided_commits" ON "log_entries" USING btree ("conversation","person") WHERE "log_entries"."kind" = 'commit' and "log_entries"."voided";--> statement-breakpoint
CREATE UNIQUE INDEX "log_entries_one_commit_per_epoch" ON "log_entries" USING btree ("conversation","epoch") WHERE "log_entries"."kind" = 'commit' and not "log_entries"."voided";