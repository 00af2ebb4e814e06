CREATE TABLE "unlock_shares" (
	"id" uuid PRIMARY KEY NOT NULL,
	"access_hash" "bytea" NOT NULL,
	"confirm_key" "bytea" NOT NULL,
	"secret" "bytea",
	"folder_key" "bytea" NOT NULL,
	"device" uuid,
	"failures" smallint DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"nonce" "bytea",
	"created_at" timestamp (3) with time zone NOT NULL,
	"destroyed_by" text
);
--> statement-breakpoint
ALTER TABLE "unlock_shares" ADD CONSTRAINT "unlock_shares_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "unlock_shares_device" ON "unlock_shares" USING btree ("device");--> statement-breakpoint
CREATE INDEX "unlock_shares_unbound" ON "unlock_shares" USING btree ("created_at") WHERE "unlock_shares"."device" is null;