/**
 * Shares of the keys of devices' containers. The key of a share is made of a secret here and of one in the server's
 * key folder: neither a backup of the database nor the folder holds it alone.
 */
import { sql } from 'drizzle-orm';
import { index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { devices } from './devices.ts';

export const unlockShares = pgTable(
	'unlock_shares',
	{
		id: uuid('id').primaryKey(),
		accessHash: bytea('access_hash').notNull(),
		confirmKey: bytea('confirm_key').notNull(),
		/** Null once it is destroyed, for good. */
		secret: bytea('secret'),
		/** Names the key of the folder that it is worth something with. */
		folderKey: bytea('folder_key').notNull(),
		/** Null while its device has not joined. */
		device: uuid('device').references(() => devices.id),
		/** Tries since the last right one. */
		failures: smallint('failures').notNull().default(0),
		/** No try is taken before. */
		retryAt: instant('retry_at'),
		/** Of the last try, until it is confirmed. */
		nonce: bytea('nonce'),
		createdAt: instant('created_at').notNull(),
		destroyedBy: text('destroyed_by', { enum: ['tries', 'revoked', 'replaced'] })
	},
	(table) => [
		index('unlock_shares_device').on(table.device),
		index('unlock_shares_unbound')
			.on(table.createdAt)
			.where(sql`${table.device} is null`)
	]
);
