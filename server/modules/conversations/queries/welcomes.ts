/** Rows of Welcomes (RFC 9420 §12.4.3.1): stored once, waiting for each device that was added. */
import { and, asc, eq, lt, notExists, sql } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { welcomeDevices, welcomes } from '#server/db/schema/conversations.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export interface NewWelcome {
	conversation: string;
	seq: number;
	/** Epoch that the Welcome leads into. */
	epoch: number;
	body: Buffer;
	devices: string[];
	at: Date;
}

/** An earlier Welcome of the same conversation that a device has not taken is superseded. */
export const insertWelcome = async (db: WriteDb, welcome: NewWelcome): Promise<void> => {
	const { conversation, seq, epoch, body, devices, at } = welcome;
	await db.insert(welcomes).values({ conversation, seq, epoch, body, createdAt: at });
	await deleteWaiting(db, conversation, devices);
	await db.insert(welcomeDevices).values(devices.map((device) => ({ conversation, seq, device })));
};

/** For devices that are taken out of the tree before they joined. */
export const deleteWaiting = (db: WriteDb, conversation: string, devices: string[]) =>
	db.execute(sql`
		delete from welcome_devices
		where conversation = ${conversation}::uuid and device = any(${sql.param(devices)}::uuid[])`);

/** Welcomes are large: this many are answered at once, the rest after these are done. */
const MAX_ANSWERED = 20;

export const findWaiting = (db: ReadDb, device: string) =>
	db
		.select({ welcome: welcomes })
		.from(welcomeDevices)
		.innerJoin(
			welcomes,
			and(
				eq(welcomes.conversation, welcomeDevices.conversation),
				eq(welcomes.seq, welcomeDevices.seq)
			)
		)
		.where(eq(welcomeDevices.device, device))
		.orderBy(asc(welcomes.createdAt), asc(welcomes.conversation))
		.limit(MAX_ANSWERED);

export const deleteDone = (
	db: WriteDb,
	{ conversation, seq, device }: { conversation: string; seq: number; device: string }
) =>
	db
		.delete(welcomeDevices)
		.where(
			and(
				eq(welcomeDevices.conversation, conversation),
				eq(welcomeDevices.seq, seq),
				eq(welcomeDevices.device, device)
			)
		);

/** Clears bodies that nobody waits for any more. */
export const deleteTaken = (db: WriteDb, before: Date) =>
	db
		.delete(welcomes)
		.where(
			and(
				lt(welcomes.createdAt, before),
				notExists(
					sql`(select 1 from ${welcomeDevices} where ${welcomeDevices.conversation} = ${welcomes.conversation} and ${welcomeDevices.seq} = ${welcomes.seq})`
				)
			)
		);
