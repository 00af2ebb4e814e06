ALTER TABLE "recovery_requests" ADD COLUMN "ending" text;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD COLUMN "ended_by" uuid;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD CONSTRAINT "recovery_requests_ended_by_people_id_fk" FOREIGN KEY ("ended_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;