CREATE TABLE "accounts" (
	"person" uuid PRIMARY KEY NOT NULL,
	"generation" integer NOT NULL,
	"items" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "backup_generations" (
	"person" uuid NOT NULL,
	"generation" integer NOT NULL,
	"previous" "bytea",
	"signature" "bytea" NOT NULL,
	"device" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "backup_generations_person_generation_pk" PRIMARY KEY("person","generation")
);
--> statement-breakpoint
CREATE TABLE "backup_recipients" (
	"person" uuid NOT NULL,
	"kind" text NOT NULL,
	"id" uuid NOT NULL,
	"body" "bytea" NOT NULL,
	CONSTRAINT "backup_recipients_person_kind_id_pk" PRIMARY KEY("person","kind","id")
);
--> statement-breakpoint
CREATE TABLE "personal_items" (
	"person" uuid NOT NULL,
	"name" "bytea" NOT NULL,
	"version" integer NOT NULL,
	"generation" integer NOT NULL,
	"body" "bytea",
	"change" bigint NOT NULL,
	CONSTRAINT "personal_items_person_name_pk" PRIMARY KEY("person","name")
);
--> statement-breakpoint
CREATE TABLE "sealing_keys" (
	"device" uuid PRIMARY KEY NOT NULL,
	"key" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shared_keys" (
	"person" uuid NOT NULL,
	"conversation" uuid NOT NULL,
	"epoch" bigint NOT NULL,
	"kid" "bytea" NOT NULL,
	"generation" integer NOT NULL,
	"body" "bytea" NOT NULL,
	CONSTRAINT "shared_keys_person_conversation_epoch_kid_pk" PRIMARY KEY("person","conversation","epoch","kid")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backup_generations" ADD CONSTRAINT "backup_generations_person_accounts_person_fk" FOREIGN KEY ("person") REFERENCES "public"."accounts"("person") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backup_recipients" ADD CONSTRAINT "backup_recipients_person_accounts_person_fk" FOREIGN KEY ("person") REFERENCES "public"."accounts"("person") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_items" ADD CONSTRAINT "personal_items_person_accounts_person_fk" FOREIGN KEY ("person") REFERENCES "public"."accounts"("person") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealing_keys" ADD CONSTRAINT "sealing_keys_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shared_keys" ADD CONSTRAINT "shared_keys_person_accounts_person_fk" FOREIGN KEY ("person") REFERENCES "public"."accounts"("person") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "personal_items_change" ON "personal_items" USING btree ("person","change");