CREATE SEQUENCE "public"."directory_change" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"direct_key" text,
	"head" bigint NOT NULL,
	"epoch" bigint NOT NULL,
	"epoch_since" timestamp (3) with time zone NOT NULL,
	"epoch_changed_devices" boolean NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversations_direct_key_unique" UNIQUE("direct_key")
);
--> statement-breakpoint
CREATE TABLE "group_infos" (
	"conversation" uuid PRIMARY KEY NOT NULL,
	"epoch" bigint NOT NULL,
	"body" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_entries" (
	"conversation" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"epoch" bigint NOT NULL,
	"person" uuid NOT NULL,
	"device" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"body" "bytea" NOT NULL,
	"note" "bytea",
	"external" boolean NOT NULL,
	CONSTRAINT "log_entries_conversation_seq_pk" PRIMARY KEY("conversation","seq"),
	CONSTRAINT "log_entries_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "member_devices" (
	"conversation" uuid NOT NULL,
	"device" uuid NOT NULL,
	"person" uuid NOT NULL,
	"since" bigint NOT NULL,
	"until" bigint,
	"removal_pending" boolean NOT NULL,
	CONSTRAINT "member_devices_conversation_device_pk" PRIMARY KEY("conversation","device")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"conversation" uuid NOT NULL,
	"person" uuid NOT NULL,
	"role" text NOT NULL,
	"since" bigint NOT NULL,
	"until" bigint,
	"delivered" bigint NOT NULL,
	"read" bigint NOT NULL,
	CONSTRAINT "members_conversation_person_pk" PRIMARY KEY("conversation","person")
);
--> statement-breakpoint
CREATE TABLE "welcome_devices" (
	"conversation" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"device" uuid NOT NULL,
	CONSTRAINT "welcome_devices_conversation_seq_device_pk" PRIMARY KEY("conversation","seq","device")
);
--> statement-breakpoint
CREATE TABLE "welcomes" (
	"conversation" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"epoch" bigint NOT NULL,
	"body" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "welcomes_conversation_seq_pk" PRIMARY KEY("conversation","seq")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"signature_key" "bytea" NOT NULL,
	"certificate" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "devices_signature_key_unique" UNIQUE("signature_key")
);
--> statement-breakpoint
CREATE TABLE "key_packages" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"device" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"body" "bytea",
	"last_resort" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"claimed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"display_name" text NOT NULL,
	"department" text NOT NULL,
	"function_title" text NOT NULL,
	"phone" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"status" text NOT NULL,
	"identity_key" "bytea",
	"change" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"joined_at" timestamp (3) with time zone,
	CONSTRAINT "people_identity_key_unique" UNIQUE("identity_key")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" uuid,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"used_by_device" uuid,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "invitations_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "push_queue" (
	"id" uuid PRIMARY KEY NOT NULL,
	"device" uuid NOT NULL,
	"conversation" uuid,
	"attempts" integer NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"leased_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"device" uuid PRIMARY KEY NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" "bytea" NOT NULL,
	"auth" "bytea" NOT NULL,
	"locale" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"nonce" "bytea" PRIMARY KEY NOT NULL,
	"device" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"device" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "group_infos" ADD CONSTRAINT "group_infos_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "log_entries" ADD CONSTRAINT "log_entries_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_devices" ADD CONSTRAINT "member_devices_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_devices" ADD CONSTRAINT "member_devices_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "welcome_devices" ADD CONSTRAINT "welcome_devices_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "welcomes" ADD CONSTRAINT "welcomes_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_packages" ADD CONSTRAINT "key_packages_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_queue" ADD CONSTRAINT "push_queue_device_push_subscriptions_device_fk" FOREIGN KEY ("device") REFERENCES "public"."push_subscriptions"("device") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_device_devices_id_fk" FOREIGN KEY ("device") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "log_entries_one_commit_per_epoch" ON "log_entries" USING btree ("conversation","epoch") WHERE "log_entries"."kind" = 'commit';--> statement-breakpoint
CREATE INDEX "member_devices_device" ON "member_devices" USING btree ("device");--> statement-breakpoint
CREATE INDEX "members_person" ON "members" USING btree ("person");--> statement-breakpoint
CREATE INDEX "welcome_devices_device" ON "welcome_devices" USING btree ("device");--> statement-breakpoint
CREATE INDEX "devices_person" ON "devices" USING btree ("person");--> statement-breakpoint
CREATE UNIQUE INDEX "key_packages_hash" ON "key_packages" USING btree ("device","hash");--> statement-breakpoint
CREATE UNIQUE INDEX "key_packages_last_resort" ON "key_packages" USING btree ("device") WHERE "key_packages"."last_resort";--> statement-breakpoint
CREATE INDEX "key_packages_store" ON "key_packages" USING btree ("device","id") WHERE "key_packages"."claimed_at" is null and not "key_packages"."last_resort";--> statement-breakpoint
CREATE INDEX "people_change" ON "people" USING btree ("change");--> statement-breakpoint
CREATE INDEX "invitations_person" ON "invitations" USING btree ("person");--> statement-breakpoint
CREATE UNIQUE INDEX "push_queue_one_per_conversation" ON "push_queue" USING btree ("device","conversation");--> statement-breakpoint
CREATE INDEX "push_queue_due_at" ON "push_queue" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "challenges_expires_at" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_device" ON "sessions" USING btree ("device");--> statement-breakpoint
CREATE INDEX "sessions_expires_at" ON "sessions" USING btree ("expires_at");