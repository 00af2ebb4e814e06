ALTER TABLE "push_queue" ADD COLUMN "request" uuid;--> statement-breakpoint
ALTER TABLE "push_queue" ADD CONSTRAINT "push_queue_request_recovery_requests_id_fk" FOREIGN KEY ("request") REFERENCES "public"."recovery_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "push_queue_one_per_request" ON "push_queue" USING btree ("device","request");