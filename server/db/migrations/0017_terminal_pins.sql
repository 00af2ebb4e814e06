CREATE TABLE "terminal_pin_visits" (
	"device" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"sealed" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "terminal_pins" (
	"person" uuid PRIMARY KEY NOT NULL,
	"share" uuid NOT NULL,
	"device" uuid NOT NULL,
	"locator" "bytea" NOT NULL,
	"confirm_key" "bytea" NOT NULL,
	"secret" "bytea",
	"folder_key" "bytea" NOT NULL,
	"failures" smallint DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"nonce" "bytea",
	"wrapped" "bytea",
	"body" "bytea",
	"made_at" timestamp (3) with time zone NOT NULL,
	"prepared_at" timestamp (3) with time zone,
	CONSTRAINT "terminal_pins_locator_unique" UNIQUE("locator")
);
--> statement-breakpoint
ALTER TABLE "terminal_pin_visits" ADD CONSTRAINT "terminal_pin_visits_person_terminal_pins_person_fk" FOREIGN KEY ("person") REFERENCES "public"."terminal_pins"("person") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_pins" ADD CONSTRAINT "terminal_pins_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminal_pins" ADD CONSTRAINT "terminal_pins_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "terminal_pin_visits_person" ON "terminal_pin_visits" USING btree ("person");--> statement-breakpoint
CREATE INDEX "terminal_pins_device" ON "terminal_pins" USING btree ("device");