ALTER TABLE "log_entries" ADD COLUMN "devices_added" uuid[];--> statement-breakpoint
ALTER TABLE "log_entries" ADD COLUMN "devices_removed" uuid[];