/** Takes commits back that the members could not follow: the log goes on, the group returns to the epoch before. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { WriteDb } from '#server/db/transaction.ts';
import * as queries from './queries/conversations.ts';
import { insertEntry, voidEntries, type LogRow, type NewLogRow } from './queries/log.ts';
import { deleteWelcomesFrom } from './queries/welcomes.ts';

export interface Voiding {
	conversation: queries.ConversationRow;
	/** The first commit that is taken back. */
	commit: LogRow;
	/** It and all after it, in order. */
	run: readonly Pick<LogRow, 'undo'>[];
	at: Date;
}

/** Those whom the commits made admins are none any more; whoever has gone since stays gone. */
const restoreAdmins = async (db: WriteDb, { conversation, commit }: Voiding): Promise<void> => {
	if (conversation.kind === 'direct' || !commit.undo) return;
	const members = await queries.findMembers(db, [conversation.id]);
	const here = new Set(members.filter(({ until }) => until === null).map(({ person }) => person));
	const admins = commit.undo.admins.filter((person) => here.has(person));
	if (admins.length > 0) await queries.setAdmins(db, conversation.id, admins);
};

/**
 * What the commits brought in is not in the tree, and comes in from outside. What they took out is in it: it must be
 * taken out once more, unless its person was let in again.
 */
const restoreDevices = async (
	db: WriteDb,
	{ conversation: { id }, commit, run }: Voiding,
	seq: number
): Promise<void> => {
	const taken = new Set(run.flatMap(({ undo }) => undo?.devices ?? []));
	const rows = await queries.findMemberDevices(db, [id]);
	const isBack = new Map(
		rows.map(({ device, since, until }) => [device, since >= commit.seq && until === null])
	);
	await queries.withdrawMemberDevices(db, { conversation: id, since: commit.seq, until: seq });
	const gone = [...taken].filter((device) => !isBack.get(device));
	if (gone.length > 0) await queries.suspendAgain(db, id, gone);
};

/** Call it under the conversation's lock. Returns the entry that tells of it. */
export const voidCommits = async (db: WriteDb, voiding: Voiding): Promise<NewLogRow> => {
	const { conversation, commit, at } = voiding;
	const { id } = conversation;
	const { epoch, person, device } = commit;
	const seq = conversation.head + 1;
	const row: NewLogRow = {
		conversation: id,
		seq,
		id: randomUUID(),
		kind: 'void',
		epoch,
		person,
		device,
		at,
		body: Buffer.alloc(0),
		external: false,
		undoes: commit.seq
	};
	await voidEntries(db, id, commit);
	await insertEntry(db, row);
	await restoreDevices(db, voiding, seq);
	await restoreAdmins(db, voiding);
	await queries.deleteNewGroupInfos(db, id, epoch);
	await deleteWelcomesFrom(db, id, commit.seq);
	await queries.updateConversation(db, id, {
		head: seq,
		epoch,
		epochSince: at,
		epochChangedDevices: true,
		lastVoid: seq,
		disputed: null,
		revision: conversation.revision + 1
	});
	return row;
};
