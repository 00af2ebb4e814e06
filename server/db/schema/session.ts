/** Sessions and the nonces of device-bound sign-in. */
import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { devices } from './devices.ts';

export const sessions = pgTable(
	'sessions',
	{
		/** SHA-256 of the cookie's random token. */
		tokenHash: bytea('token_hash').primaryKey(),
		device: uuid('device')
			.notNull()
			.references(() => devices.id),
		createdAt: instant('created_at').notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [
		index('sessions_device').on(table.device),
		index('sessions_expires_at').on(table.expiresAt)
	]
);

export const challenges = pgTable(
	'challenges',
	{
		nonce: bytea('nonce').primaryKey(),
		/** No foreign key: an unknown device gets a nonce too. */
		device: uuid('device').notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [index('challenges_expires_at').on(table.expiresAt)]
);
