CREATE TABLE "permits" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"permitted_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_by" uuid
);
--> statement-breakpoint
ALTER TABLE "permits" ADD CONSTRAINT "permits_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "permits" ADD CONSTRAINT "permits_permitted_by_devices_id_fk" FOREIGN KEY ("permitted_by") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "permits_expires_at" ON "permits" USING btree ("expires_at");