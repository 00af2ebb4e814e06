/** Takes messages into the log: many waiting ones in one transaction, an outcome for each. */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Accepted, SendInput } from '#shared/contract/conversations.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { Outcome } from './lanes.ts';
import { findEntries, appendMessages, type LogRow, type NewLogRow } from './queries/log.ts';
import { lockConversations, type ConversationRow } from './queries/conversations.ts';
import { requireActiveDevice, type Roster, type RosterCache } from './roster.ts';

/** Messages of the previous epoch are taken for this long: their senders had not yet seen the commit. */
const PREVIOUS_EPOCH_MILLIS = 60_000;

export interface Send {
	caller: Caller;
	input: SendInput;
}

/** A batch that is on disk: what the callers get, and what is to be announced. */
export interface SentBatch {
	outcomes: Outcome<Accepted>[];
	entries: { row: NewLogRow; roster: Roster }[];
}

/** The answer to a call whose id is in the log already. Throws `conflict` where it was another message. */
export const repeatedAnswer = (
	row: Pick<NewLogRow, 'conversation' | 'device' | 'kind' | 'body' | 'seq' | 'at'>,
	call: { conversation: string; device: string; kind: LogRow['kind']; body: Buffer }
): Accepted => {
	const isSame =
		row.conversation === call.conversation &&
		row.device === call.device &&
		row.kind === call.kind &&
		row.body.equals(call.body);
	if (!isSame) throw new DienstwegError('conflict');
	return { seq: row.seq, at: row.at.getTime() };
};

/** Whether something was made without knowing that its epoch may be void, and another one have its number. */
export const isBeforeVoid = (
	{ lastVoid }: Pick<ConversationRow, 'lastVoid'>,
	{ head }: Pick<SendInput, 'head'>
): boolean => head !== undefined && head < lastVoid;

/**
 * Whether messages sealed under `epoch` are taken now. Not of the previous epoch where devices changed: who was
 * taken out could still read them, who was brought in could not.
 */
const requireEpoch = (conversation: ConversationRow, input: SendInput, now: number): void => {
	const { epoch } = input;
	const isUnaware = isBeforeVoid(conversation, input);
	if (epoch === conversation.epoch && !isUnaware) return;
	const isRecent = now - conversation.epochSince.getTime() < PREVIOUS_EPOCH_MILLIS;
	const isPrevious = epoch === conversation.epoch - 1;
	if (isPrevious && isRecent && !conversation.epochChangedDevices && !isUnaware) return;
	throw new DienstwegError('stale_epoch', { epoch: conversation.epoch });
};

const requireNoRemovalPending = ({ pendingRemovals }: Roster): void => {
	if (pendingRemovals.length === 0) return;
	throw new DienstwegError('removal_pending', { devices: [...pendingRemovals] });
};

const toRow = ({ caller, input }: Send, seq: number, at: Date): NewLogRow => ({
	conversation: input.conversation,
	seq,
	id: input.id,
	kind: 'message',
	epoch: input.epoch,
	person: caller.person,
	device: caller.device,
	at,
	body: Buffer.from(input.envelope, 'base64url'),
	note: null,
	external: false,
	devicesAdded: null,
	devicesRemoved: null
});

const attempt = <R>(work: () => R): Outcome<R> => {
	try {
		return { ok: true, value: work() };
	} catch (error) {
		return { ok: false, error };
	}
};

export const createSendBatch = ({
	database,
	clock,
	rosters
}: {
	database: Database;
	clock: Clock;
	rosters: RosterCache;
}) => {
	const writeAll = async (db: WriteDb, sends: Send[]): Promise<SentBatch> => {
		const ids = [...new Set(sends.map(({ input }) => input.conversation))];
		const locked = await lockConversations(db, ids);
		const conversations = new Map(locked.map((row) => [row.id, row]));
		const known = new Map<string, NewLogRow>(
			(
				await findEntries(
					db,
					sends.map(({ input }) => input.id)
				)
			).map((row) => [row.id, row])
		);
		const rosterOf = new Map<string, Roster>();
		for (const row of locked) rosterOf.set(row.id, await rosters.get(db, row));
		const heads = new Map<string, number>();
		const entries: SentBatch['entries'] = [];
		const at = new Date(clock.now());

		const accept = (send: Send): Accepted => {
			const { caller, input } = send;
			const body = Buffer.from(input.envelope, 'base64url');
			const repeated = known.get(input.id);
			if (repeated) {
				return repeatedAnswer(repeated, {
					conversation: input.conversation,
					device: caller.device,
					kind: 'message',
					body
				});
			}
			const conversation = conversations.get(input.conversation);
			const roster = rosterOf.get(input.conversation);
			if (!conversation || !roster) throw new DienstwegError('not_found');
			requireActiveDevice(roster, caller);
			requireNoRemovalPending(roster);
			requireEpoch(conversation, input, at.getTime());
			const seq = (heads.get(conversation.id) ?? conversation.head) + 1;
			const row = toRow(send, seq, at);
			heads.set(conversation.id, seq);
			known.set(row.id, row);
			entries.push({ row, roster });
			return { seq, at: at.getTime() };
		};

		const outcomes = sends.map((send) => attempt(() => accept(send)));
		if (entries.length > 0) {
			const rows = entries.map(({ row }) => row);
			await appendMessages(db, rows, heads);
		}
		return { outcomes, entries };
	};

	return (sends: Send[]): Promise<SentBatch> => database.write((db) => writeAll(db, sends));
};
