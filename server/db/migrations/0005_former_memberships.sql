CREATE TABLE "former_memberships" (
	"conversation" uuid NOT NULL,
	"person" uuid NOT NULL,
	"since" bigint NOT NULL,
	"until" bigint NOT NULL,
	CONSTRAINT "former_memberships_conversation_person_since_pk" PRIMARY KEY("conversation","person","since")
);
--> statement-breakpoint
ALTER TABLE "former_memberships" ADD CONSTRAINT "former_memberships_conversation_conversations_id_fk" FOREIGN KEY ("conversation") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_memberships" ADD CONSTRAINT "former_memberships_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_memberships_person" ON "former_memberships" USING btree ("person");--> statement-breakpoint
-- Until now each person had one device: where it came in and was taken out again before the person was let in once more,
-- that was a membership. It ends with the last entry that was written by the group of then.
INSERT INTO "former_memberships" ("conversation", "person", "since", "until")
SELECT "began"."conversation", "began"."person", "began"."seq", max("last"."seq")
FROM (
	SELECT "commits"."conversation", "commits"."seq", "devices"."id" AS "device", "members"."person", "members"."since" AS "again"
	FROM "log_entries" "commits"
	JOIN "devices" ON "devices"."id" = ANY("commits"."devices_added") OR ("commits"."seq" = 1 AND "devices"."id" = "commits"."device")
	JOIN "members" ON "members"."conversation" = "commits"."conversation" AND "members"."person" = "devices"."person" AND "members"."since" > "commits"."seq"
	WHERE "commits"."kind" = 'commit' AND NOT "commits"."voided" AND NOT "commits"."external"
) "began"
CROSS JOIN LATERAL (
	SELECT min("commits"."seq") AS "seq"
	FROM "log_entries" "commits"
	WHERE "commits"."conversation" = "began"."conversation" AND "commits"."kind" = 'commit' AND NOT "commits"."voided" AND NOT "commits"."external"
		AND "commits"."seq" > "began"."seq" AND "commits"."seq" <= "began"."again" AND "began"."device" = ANY("commits"."devices_removed")
) "ended"
JOIN "log_entries" "last" ON "last"."conversation" = "began"."conversation" AND "last"."seq" >= "began"."seq" AND "last"."seq" < "ended"."seq"
	AND "last"."kind" <> 'void' AND NOT "last"."voided" AND NOT "last"."external"
GROUP BY "began"."conversation", "began"."person", "began"."seq";
