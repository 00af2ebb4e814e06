-- The address book says by now who has a device. Clients believe it of everybody else: it tells of those who have none once more.
UPDATE "people" SET "change" = nextval('directory_change') WHERE "status" = 'active' AND NOT EXISTS (SELECT 1 FROM "devices" WHERE "devices"."person" = "people"."id" AND "devices"."revoked_at" IS NULL);
