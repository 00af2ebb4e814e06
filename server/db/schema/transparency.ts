/** The log of device keys: its statements, and every perfect subtree of its Merkle tree, so that proofs are read. */
import { index, pgTable, primaryKey, smallint, uuid } from 'drizzle-orm/pg-core';
import { bytea, counter, instant } from './columns.ts';
import { people } from './directory.ts';

export const logLeaves = pgTable(
	'log_leaves',
	{
		/** Gapless from 0. */
		index: counter('index').primaryKey(),
		type: smallint('type').notNull(),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		/** Of statements about one; a device stands in the log once. */
		device: uuid('device').unique(),
		statement: bytea('statement').notNull(),
		/** The 41 bytes of which the tree is made. */
		leaf: bytea('leaf').notNull(),
		at: instant('at').notNull()
	},
	(table) => [index('log_leaves_person').on(table.person, table.index)]
);

/** A perfect subtree of 2^level leaves. Written once, never changed. */
export const logNodes = pgTable(
	'log_nodes',
	{
		level: smallint('level').notNull(),
		index: counter('index').notNull(),
		hash: bytea('hash').notNull()
	},
	(table) => [primaryKey({ columns: [table.level, table.index] })]
);
