/** Rows of Welcomes (RFC 9420 §12.4.3.1): stored once, waiting for each device that was added. */
import { and, eq, gte, lt, notExists, sql } from 'drizzle-orm';
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

/** Those of commits at `seq` or later, which lead nowhere. */
export const deleteWelcomesFrom = async (
	db: WriteDb,
	conversation: string,
	seq: number
): Promise<void> => {
	await db
		.delete(welcomeDevices)
		.where(and(eq(welcomeDevices.conversation, conversation), gte(welcomeDevices.seq, seq)));
	await db
		.delete(welcomes)
		.where(and(eq(welcomes.conversation, conversation), gte(welcomes.seq, seq)));
};

/** Welcomes are large: so many, and bytes, are answered at once, and one in any case; the rest after these are done. */
const MAX_ANSWERED = 20;
const MAX_ANSWERED_BYTES = 1024 * 1024;

interface WaitingWelcome {
	conversation: string;
	seq: number;
	epoch: number;
	body: Buffer;
}

export const findWaiting = async (db: ReadDb, device: string): Promise<WaitingWelcome[]> => {
	const result = await db.execute(sql`
		select conversation, seq, epoch, body from (
			select w.conversation, w.seq, w.epoch, w.body,
				row_number() over walk as place, sum(octet_length(w.body)) over walk as total
			from welcome_devices d
			join welcomes w on w.conversation = d.conversation and w.seq = d.seq
			where d.device = ${device}::uuid
			window walk as (order by w.created_at, w.conversation, w.seq)
		) walked
		where place = 1 or (place <= ${MAX_ANSWERED} and total <= ${MAX_ANSWERED_BYTES})
		order by place`);
	return result.rows.map((row) => ({
		conversation: String(row['conversation']),
		seq: Number(row['seq']),
		epoch: Number(row['epoch']),
		body: row['body'] as Buffer
	}));
};

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
