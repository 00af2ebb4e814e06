CREATE TABLE "recovery_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"statement" "bytea" NOT NULL,
	"by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recovery_keys_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "recovery_parts" (
	"request" uuid NOT NULL,
	"custodian" uuid NOT NULL,
	"auth" "bytea" NOT NULL,
	"body" "bytea",
	"signature" "bytea",
	"signed_at" timestamp (3) with time zone,
	CONSTRAINT "recovery_parts_request_custodian_pk" PRIMARY KEY("request","custodian")
);
--> statement-breakpoint
CREATE TABLE "recovery_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"key" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"started_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"requester_key" "bytea",
	"requester_mac" "bytea",
	CONSTRAINT "recovery_requests_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "recovery_shares" (
	"key" uuid NOT NULL,
	"custodian" uuid NOT NULL,
	"body" "bytea" NOT NULL,
	CONSTRAINT "recovery_shares_key_custodian_pk" PRIMARY KEY("key","custodian")
);
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "restored_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "restored_by" uuid[];--> statement-breakpoint
ALTER TABLE "recovery_keys" ADD CONSTRAINT "recovery_keys_by_people_id_fk" FOREIGN KEY ("by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_parts" ADD CONSTRAINT "recovery_parts_request_recovery_requests_id_fk" FOREIGN KEY ("request") REFERENCES "public"."recovery_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_parts" ADD CONSTRAINT "recovery_parts_custodian_people_id_fk" FOREIGN KEY ("custodian") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD CONSTRAINT "recovery_requests_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD CONSTRAINT "recovery_requests_key_recovery_keys_id_fk" FOREIGN KEY ("key") REFERENCES "public"."recovery_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_requests" ADD CONSTRAINT "recovery_requests_started_by_people_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_shares" ADD CONSTRAINT "recovery_shares_key_recovery_keys_id_fk" FOREIGN KEY ("key") REFERENCES "public"."recovery_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_shares" ADD CONSTRAINT "recovery_shares_custodian_people_id_fk" FOREIGN KEY ("custodian") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;