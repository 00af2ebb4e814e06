/** Creates a conversation together with its first commit, or nothing. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { CreateConversationInput } from '#shared/contract/conversations.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { bodyOf, findPersonOf, requireActivePeople, type Committed } from './commit.ts';
import { findEntries, insertEntry, type NewLogRow } from './queries/log.ts';
import * as queries from './queries/conversations.ts';
import { repeatedAnswer } from './send.ts';
import { insertWelcome } from './queries/welcomes.ts';

/** Place and epoch of the first commit: it ends epoch 0. */
const FIRST_SEQ = 1;
const FIRST_EPOCH = 1;

const refuse = (field: string): never => {
	throw new DienstwegError('bad_request', { field });
};

const checkDeclared = (caller: Caller, input: CreateConversationInput): void => {
	const { kind, people, devices, welcome } = input;
	if (new Set(people).size !== people.length || people.includes(caller.person)) refuse('people');
	if (kind === 'direct' && people.length !== 1) refuse('people');
	if (new Set(devices).size !== devices.length || devices.includes(caller.device))
		refuse('devices');
	if (devices.length > 0 !== (welcome !== undefined)) refuse('welcome');
};

const directKeyOf = (caller: Caller, { kind, people }: CreateConversationInput): string | null =>
	kind === 'direct' ? [caller.person, ...people].toSorted().join(' ') : null;

/** Throws `already_exists`, naming it, where the two have a direct chat. */
const requireNoDirect = async (db: WriteDb, directKey: string | null): Promise<void> => {
	const existing = directKey === null ? undefined : await queries.findDirect(db, directKey);
	if (existing) throw new DienstwegError('already_exists', { conversation: existing.id });
};

const findRepeated = async (
	db: WriteDb,
	caller: Caller,
	input: CreateConversationInput
): Promise<Committed | undefined> => {
	const [known] = await findEntries(db, [input.id]);
	if (!known) return undefined;
	const call = {
		conversation: input.conversation,
		device: caller.device,
		kind: 'commit' as const,
		body: bodyOf(input.commit)
	};
	return { accepted: repeatedAnswer(known, call) };
};

const insertRows = async (
	db: WriteDb,
	caller: Caller,
	created: { input: CreateConversationInput; at: Date; personOf: ReadonlyMap<string, string> }
): Promise<NewLogRow> => {
	const { input, at, personOf } = created;
	const { conversation, kind, people, devices } = input;
	await queries.insertConversation(db, {
		id: conversation,
		kind,
		directKey: directKeyOf(caller, input),
		head: FIRST_SEQ,
		epoch: FIRST_EPOCH,
		epochSince: at,
		epochChangedDevices: true,
		disputed: null,
		lastVoid: 0,
		revision: 1,
		createdAt: at
	});
	const row: NewLogRow = {
		conversation,
		seq: FIRST_SEQ,
		id: input.id,
		kind: 'commit',
		epoch: FIRST_EPOCH - 1,
		person: caller.person,
		device: caller.device,
		at,
		body: bodyOf(input.commit),
		note: bodyOf(input.note),
		external: false,
		devicesAdded: devices,
		devicesRemoved: []
	};
	await insertEntry(db, row);
	const place = { conversation, since: FIRST_SEQ, until: null };
	const cursors = { delivered: FIRST_SEQ, read: FIRST_SEQ };
	await queries.upsertMembers(db, [
		{ ...place, ...cursors, person: caller.person, role: kind === 'group' ? 'admin' : 'member' },
		...people.map((person) => ({ ...place, ...cursors, person, role: 'member' as const }))
	]);
	await queries.upsertMemberDevices(
		db,
		[caller.device, ...devices].map((device) => ({
			...place,
			device,
			person: personOf.get(device) ?? caller.person,
			removalPending: false
		}))
	);
	return row;
};

export const createCreate = ({ database, clock }: { database: Database; clock: Clock }) => {
	const write = async (
		db: WriteDb,
		caller: Caller,
		input: CreateConversationInput
	): Promise<Committed> => {
		const repeated = await findRepeated(db, caller, input);
		if (repeated) return repeated;
		checkDeclared(caller, input);
		await requireActivePeople(db, input.people);
		await requireNoDirect(db, directKeyOf(caller, input));
		const personOf = await findPersonOf(db, input.devices);
		const members = new Set([caller.person, ...input.people]);
		if (input.devices.some((device) => !members.has(personOf.get(device) ?? ''))) {
			throw new DienstwegError('conflict');
		}
		const at = new Date(clock.now());
		const row = await insertRows(db, caller, { input, at, personOf });
		const { conversation, devices } = input;
		const place = { conversation, epoch: FIRST_EPOCH };
		await queries.storeGroupInfo(db, { ...place, body: bodyOf(input.groupInfo) });
		if (input.welcome !== undefined) {
			const body = bodyOf(input.welcome);
			await insertWelcome(db, { ...place, seq: FIRST_SEQ, body, devices, at });
		}
		return {
			accepted: { seq: FIRST_SEQ, at: at.getTime() },
			announce: {
				row,
				audience: [caller.device, ...devices],
				membershipChanged: true,
				concerned: [caller.person, ...input.people]
			}
		};
	};

	/** Throws `already_exists`, `conflict` (the id is taken, or somebody can't be added) or `bad_request`. */
	return async (caller: Caller, input: CreateConversationInput): Promise<Committed> => {
		try {
			return await database.write((db) => write(db, caller, input));
		} catch (error) {
			if (!isUniqueViolation(error)) throw error;
			// Another call was first: the same one, the other person's, or one with the same id.
			return database.write(async (db) => {
				const repeated = await findRepeated(db, caller, input);
				if (repeated) return repeated;
				await requireNoDirect(db, directKeyOf(caller, input));
				throw new DienstwegError('conflict', {}, { cause: error });
			});
		}
	};
};
