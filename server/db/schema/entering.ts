/** Permits by which one more device of a person comes in. */
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { devices } from './devices.ts';
import { people } from './directory.ts';
import { terminals } from './terminals.ts';

export const permits = pgTable(
	'permits',
	{
		/** SHA-256 of the token: the server sees that only when it is used. */
		tokenHash: bytea('token_hash').primaryKey(),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		/** Device that permits it; null where no device of the person's did. Once it is revoked, its permits are void. */
		permittedBy: uuid('permitted_by').references(() => devices.id),
		/** Set where it was recovery that permitted it: a lost device takes no room from the one that replaces it. */
		recoveredBy: text('recovered_by', { enum: ['code', 'custodians'] }),
		/** Shared terminal that alone may use it, as its device; null for all other devices. */
		terminal: uuid('terminal').references(() => terminals.id, { onDelete: 'cascade' }),
		createdAt: instant('created_at').notNull(),
		expiresAt: instant('expires_at').notNull(),
		/** No foreign key: the permit is taken in the transaction that makes the device. */
		usedBy: uuid('used_by')
	},
	(table) => [index('permits_expires_at').on(table.expiresAt)]
);
