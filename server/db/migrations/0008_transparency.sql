CREATE TABLE "log_leaves" (
	"index" bigint PRIMARY KEY NOT NULL,
	"type" smallint NOT NULL,
	"person" uuid NOT NULL,
	"device" uuid,
	"statement" "bytea" NOT NULL,
	"leaf" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "log_leaves_device_unique" UNIQUE("device")
);
--> statement-breakpoint
CREATE TABLE "log_nodes" (
	"level" smallint NOT NULL,
	"index" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "log_nodes_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
ALTER TABLE "log_leaves" ADD CONSTRAINT "log_leaves_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "log_leaves_person" ON "log_leaves" USING btree ("person","index");