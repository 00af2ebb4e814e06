/** Devices and the MLS key packages that they leave for others. */
import { sql } from 'drizzle-orm';
import { bigserial, boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { UNLOCKS } from '#shared/contract/devices.ts';
import { bytea, instant } from './columns.ts';
import { people } from './directory.ts';

export const devices = pgTable(
	'devices',
	{
		id: uuid('id').primaryKey(),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		name: text('name').notNull(),
		kind: text('kind', { enum: ['phone', 'tablet', 'desktop', 'bot', 'terminal'] }).notNull(),
		signatureKey: bytea('signature_key').notNull().unique(),
		certificate: bytea('certificate').notNull(),
		createdAt: instant('created_at').notNull(),
		lastSeenAt: instant('last_seen_at'),
		revokedAt: instant('revoked_at'),
		/** What the device says of itself; null until it did. */
		browser: text('browser'),
		installed: boolean('installed'),
		unlocks: text('unlocks', { enum: UNLOCKS }).array(),
		/** Somebody asked it to lock; what was unlocked before that locks. */
		lockAskedAt: instant('lock_asked_at'),
		/** The browser's last word after destroying what it had: its own claim. */
		wipedAt: instant('wiped_at'),
		/** Set where the person had lost all others, and got back in by this one. */
		recoveredBy: text('recovered_by', { enum: ['code', 'custodians'] })
	},
	(table) => [index('devices_person').on(table.person)]
);

export const keyPackages = pgTable(
	'key_packages',
	{
		id: bigserial('id', { mode: 'number' }).primaryKey(),
		device: uuid('device')
			.notNull()
			.references(() => devices.id),
		/** SHA-256 of the package: published twice, it is stored once and handed out once. */
		hash: bytea('hash').notNull(),
		/** Null once handed out. */
		body: bytea('body'),
		lastResort: boolean('last_resort').notNull(),
		createdAt: instant('created_at').notNull(),
		claimedAt: instant('claimed_at')
	},
	(table) => [
		uniqueIndex('key_packages_hash').on(table.device, table.hash),
		uniqueIndex('key_packages_last_resort')
			.on(table.device)
			.where(sql`${table.lastResort}`),
		index('key_packages_store')
			.on(table.device, table.id)
			.where(sql`${table.claimedAt} is null and not ${table.lastResort}`)
	]
);
