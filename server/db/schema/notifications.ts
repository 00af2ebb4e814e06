/** Web Push: subscriptions, and pushes that wait to be sent. */
import { index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { devices } from './devices.ts';
import { recoveryRequests } from './recovery.ts';

export const pushSubscriptions = pgTable('push_subscriptions', {
	device: uuid('device')
		.primaryKey()
		.references(() => devices.id),
	endpoint: text('endpoint').notNull(),
	p256dh: bytea('p256dh').notNull(),
	auth: bytea('auth').notNull(),
	locale: text('locale', { enum: ['de', 'en'] }).notNull(),
	/** Its push service asked for no request before. */
	waitUntil: instant('wait_until'),
	/** When its push service last took a push. */
	takenAt: instant('taken_at'),
	createdAt: instant('created_at').notNull()
});

/** One row a device and conversation, or request that waits for approval: a burst is one push. */
export const pushQueue = pgTable(
	'push_queue',
	{
		id: uuid('id').primaryKey(),
		device: uuid('device')
			.notNull()
			.references(() => pushSubscriptions.device, { onDelete: 'cascade' }),
		/** Null for a test push, and one of a request. */
		conversation: uuid('conversation'),
		/** Restoring somebody's access, for which the device's person is a custodian. */
		request: uuid('request').references(() => recoveryRequests.id, { onDelete: 'cascade' }),
		attempts: integer('attempts').notNull(),
		dueAt: instant('due_at').notNull(),
		/** Until when a node is busy sending it; after a crash, another try is made then. */
		leasedUntil: instant('leased_until'),
		createdAt: instant('created_at').notNull()
	},
	(table) => [
		uniqueIndex('push_queue_one_per_conversation').on(table.device, table.conversation),
		uniqueIndex('push_queue_one_per_request').on(table.device, table.request),
		index('push_queue_due_at').on(table.dueAt)
	]
);
