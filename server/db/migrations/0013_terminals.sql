CREATE TABLE "terminal_drafts" (
	"device" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"generation" integer NOT NULL,
	"body" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "terminal_offers" (
	"code" text PRIMARY KEY NOT NULL,
	"terminal" uuid NOT NULL,
	"sealing_key" "bytea" NOT NULL,
	"signature_key" "bytea" NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "terminal_visits" (
	"device" uuid PRIMARY KEY NOT NULL,
	"terminal" uuid NOT NULL,
	"granted_by" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "terminals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"place" text NOT NULL,
	"idle_minutes" integer NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone,
	CONSTRAINT "terminals_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "permits" ADD COLUMN "terminal" uuid;--> statement-breakpoint
ALTER TABLE "terminal_drafts" ADD CONSTRAINT "terminal_drafts_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_drafts" ADD CONSTRAINT "terminal_drafts_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_offers" ADD CONSTRAINT "terminal_offers_terminal_terminals_id_fk" FOREIGN KEY ("terminal") REFERENCES "public"."terminals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_visits" ADD CONSTRAINT "terminal_visits_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_visits" ADD CONSTRAINT "terminal_visits_terminal_terminals_id_fk" FOREIGN KEY ("terminal") REFERENCES "public"."terminals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_visits" ADD CONSTRAINT "terminal_visits_granted_by_devices_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminals" ADD CONSTRAINT "terminals_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "terminal_drafts_person" ON "terminal_drafts" USING btree ("person");--> statement-breakpoint
CREATE INDEX "terminal_offers_terminal" ON "terminal_offers" USING btree ("terminal");--> statement-breakpoint
CREATE INDEX "terminal_visits_terminal" ON "terminal_visits" USING btree ("terminal");--> statement-breakpoint
ALTER TABLE "permits" ADD CONSTRAINT "permits_terminal_terminals_id_fk" FOREIGN KEY ("terminal") REFERENCES "public"."terminals"("id") ON DELETE cascade ON UPDATE no action;