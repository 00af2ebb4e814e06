/** What a person's devices share, sealed: the server can open none of it. */
import { integer, pgTable, primaryKey, text, uuid, index } from 'drizzle-orm/pg-core';
import { bytea, counter, instant } from './columns.ts';
import { devices } from './devices.ts';
import { people } from './directory.ts';

/** One row a person; its lock puts what devices of one person do at once in order. */
export const accounts = pgTable('accounts', {
	person: uuid('person')
		.primaryKey()
		.references(() => people.id),
	/** Newest generation of the backup key; 0 before the first. */
	generation: integer('generation').notNull(),
	/** Number of the last change of an item. */
	items: counter('items').notNull()
});

/** Keys to which a person's devices seal for each other. */
export const sealingKeys = pgTable('sealing_keys', {
	device: uuid('device')
		.primaryKey()
		.references(() => devices.id),
	key: bytea('key').notNull(),
	signature: bytea('signature').notNull()
});

export const backupGenerations = pgTable(
	'backup_generations',
	{
		person: uuid('person')
			.notNull()
			.references(() => accounts.person),
		generation: integer('generation').notNull(),
		/** The generation before, sealed under this one. */
		previous: bytea('previous'),
		/** The person's identity key's on it, for those whom it is handed to. */
		signature: bytea('signature').notNull(),
		device: uuid('device').notNull(),
		createdAt: instant('created_at').notNull()
	},
	(table) => [primaryKey({ columns: [table.person, table.generation] })]
);

/** A generation's key, once for each who may open it; only the newest generation has any. */
export const backupRecipients = pgTable(
	'backup_recipients',
	{
		person: uuid('person')
			.notNull()
			.references(() => accounts.person),
		kind: text('kind', { enum: ['device', 'code', 'custodians', 'terminal'] }).notNull(),
		id: uuid('id').notNull(),
		body: bytea('body').notNull()
	},
	(table) => [primaryKey({ columns: [table.person, table.kind, table.id] })]
);

export const personalItems = pgTable(
	'personal_items',
	{
		person: uuid('person')
			.notNull()
			.references(() => accounts.person),
		name: bytea('name').notNull(),
		version: integer('version').notNull(),
		generation: integer('generation').notNull(),
		body: bytea('body'),
		change: counter('change').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.person, table.name] }),
		index('personal_items_change').on(table.person, table.change)
	]
);

export const sharedKeys = pgTable(
	'shared_keys',
	{
		person: uuid('person')
			.notNull()
			.references(() => accounts.person),
		conversation: uuid('conversation').notNull(),
		epoch: counter('epoch').notNull(),
		kid: bytea('kid').notNull(),
		generation: integer('generation').notNull(),
		body: bytea('body').notNull()
	},
	(table) => [primaryKey({ columns: [table.person, table.conversation, table.epoch, table.kid] })]
);
