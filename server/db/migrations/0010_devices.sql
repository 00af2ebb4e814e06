ALTER TABLE "devices" ADD COLUMN "browser" text;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "installed" boolean;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "unlocks" text[];--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "lock_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "wiped_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD COLUMN "taken_at" timestamp (3) with time zone;