/** Conversations: who is in them, and one gapless log each. */
import { sql } from 'drizzle-orm';
import {
	boolean,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { bytea, counter, instant } from './columns.ts';
import { devices } from './devices.ts';
import { people } from './directory.ts';

export const conversations = pgTable('conversations', {
	id: uuid('id').primaryKey(),
	kind: text('kind', { enum: ['direct', 'group'] }).notNull(),
	/** The two people of a direct chat in order: a pair has one. */
	directKey: text('direct_key').unique(),
	head: counter('head').notNull(),
	epoch: counter('epoch').notNull(),
	/** When the current epoch began: messages of the one before are taken for a while. */
	epochSince: instant('epoch_since').notNull(),
	/** Whether the commit that began the current epoch brought a device in or took one out: then they are not. */
	epochChangedDevices: boolean('epoch_changed_devices').notNull(),
	/** Seq of the commit that somebody can't follow, until it is settled. */
	disputed: counter('disputed'),
	/** Seq of the last `void` entry: what was made without knowing of it is not taken. */
	lastVoid: counter('last_void').notNull().default(0),
	/** Grows with every change of members, roles, devices, pending removals or disputes. */
	revision: integer('revision').notNull(),
	createdAt: instant('created_at').notNull()
});

export const members = pgTable(
	'members',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		role: text('role', { enum: ['member', 'admin'] }).notNull(),
		since: counter('since').notNull(),
		/** Last seq that is served to the person, once removed or gone; null while in it. */
		until: counter('until'),
		delivered: counter('delivered').notNull(),
		read: counter('read').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.conversation, table.person] }),
		index('members_person').on(table.person)
	]
);

/**
 * Memberships that ended before the current one, or before the last: whoever was let in again starts anew in `members`.
 * What was served then stays readable, on new devices too.
 */
export const formerMemberships = pgTable(
	'former_memberships',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		since: counter('since').notNull(),
		/** Last seq that was served to the person. */
		until: counter('until').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.conversation, table.person, table.since] }),
		index('former_memberships_person').on(table.person)
	]
);

/** Leaves of the tree, by device. */
export const memberDevices = pgTable(
	'member_devices',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		device: uuid('device')
			.notNull()
			.references(() => devices.id),
		person: uuid('person').notNull(),
		/** First seq that is served to the device: the commit that added it. */
		since: counter('since').notNull(),
		/** Last seq that is served to it; null while it may read on. */
		until: counter('until'),
		/**
		 * Revoked, its person left, or the commit that took it out was taken back: the next one must take the leaf out
		 * of the tree.
		 */
		removalPending: boolean('removal_pending').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.conversation, table.device] }),
		index('member_devices_device').on(table.device)
	]
);

export const logEntries = pgTable(
	'log_entries',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		seq: counter('seq').notNull(),
		id: uuid('id').notNull().unique(),
		kind: text('kind', { enum: ['message', 'commit', 'void'] }).notNull(),
		epoch: counter('epoch').notNull(),
		person: uuid('person').notNull(),
		device: uuid('device').notNull(),
		at: instant('at').notNull(),
		/** Envelope of a message, or the commit; nothing of a `void`. */
		body: bytea('body').notNull(),
		/** Envelope that goes with a commit. */
		note: bytea('note'),
		external: boolean('external').notNull(),
		/** Devices that a commit brought in and took out, as its author declared. */
		devicesAdded: uuid('devices_added').array(),
		devicesRemoved: uuid('devices_removed').array(),
		/** What a commit changed here and a `void` puts back: all admins before it, and the leaves that it took out. */
		undo: jsonb('undo').$type<{ admins: string[]; devices: string[] }>(),
		/** Taken back: a commit that the others could not follow, or a message of the epoch that it began. */
		voided: boolean('voided').notNull().default(false),
		/** Seq of the commit that a `void` takes back, with all commits after it. */
		undoes: counter('undoes')
	},
	(table) => [
		primaryKey({ columns: [table.conversation, table.seq] }),
		uniqueIndex('log_entries_one_commit_per_epoch')
			.on(table.conversation, table.epoch)
			.where(sql`${table.kind} = 'commit' and not ${table.voided}`),
		index('log_entries_voided_commits')
			.on(table.conversation, table.person)
			.where(sql`${table.kind} = 'commit' and ${table.voided}`)
	]
);

/** What members say of a commit that one of them can't follow: one vote a person. */
export const commitVotes = pgTable(
	'commit_votes',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		/** The commit's log entry. */
		seq: counter('seq').notNull(),
		person: uuid('person').notNull(),
		follows: boolean('follows').notNull(),
		at: instant('at').notNull()
	},
	(table) => [primaryKey({ columns: [table.conversation, table.seq, table.person] })]
);

/** GroupInfos of the last epochs, for external joins: a commit that is taken back leaves that of the epoch before. */
export const groupInfos = pgTable(
	'group_infos',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		epoch: counter('epoch').notNull(),
		body: bytea('body').notNull()
	},
	(table) => [primaryKey({ columns: [table.conversation, table.epoch] })]
);

export const welcomes = pgTable(
	'welcomes',
	{
		conversation: uuid('conversation')
			.notNull()
			.references(() => conversations.id),
		/** The commit's log entry. */
		seq: counter('seq').notNull(),
		epoch: counter('epoch').notNull(),
		body: bytea('body').notNull(),
		createdAt: instant('created_at').notNull()
	},
	(table) => [primaryKey({ columns: [table.conversation, table.seq] })]
);

/** Devices that have not yet taken their Welcome. */
export const welcomeDevices = pgTable(
	'welcome_devices',
	{
		conversation: uuid('conversation').notNull(),
		seq: counter('seq').notNull(),
		device: uuid('device')
			.notNull()
			.references(() => devices.id)
	},
	(table) => [
		primaryKey({ columns: [table.conversation, table.seq, table.device] }),
		index('welcome_devices_device').on(table.device)
	]
);
