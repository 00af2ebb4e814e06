/** Takes commits into the log: the entry, its Welcome, its GroupInfo and what it does to the members, or nothing. */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Accepted, CommitInput } from '#shared/contract/conversations.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findActiveDevicesById } from '#server/modules/devices/queries/devices.ts';
import { findPeople } from '#server/modules/directory/queries.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { findCommit, findEntries, insertEntry, type NewLogRow } from './queries/log.ts';
import { checkCommit } from './membership.ts';
import { keepEndedMemberships } from './queries/memberships.ts';
import * as queries from './queries/conversations.ts';
import { requirePatience } from './patience.ts';
import { loadRoster, requireMember, type Roster } from './roster.ts';
import { isBeforeVoid, repeatedAnswer } from './send.ts';
import { deleteWaiting, insertWelcome } from './queries/welcomes.ts';

/** Commits in a row that can be taken back, and devices still come in from outside. */
const KEPT_GROUP_INFOS = 8;

/** A commit that is on disk. */
export interface Committed {
	accepted: Accepted;
	/** Absent where the call was a repetition: it has been announced. */
	announce?: {
		row: NewLogRow;
		/** Devices that get the entry: all that are in, and those that it took out while they were served. */
		audience: string[];
		/** Whether members, roles, devices, pending removals or disputes changed. */
		membershipChanged: boolean;
		/** People who have come or gone: those of their devices hear of it as well that it brings no entry. */
		concerned: readonly string[];
	};
}

export const bodyOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

/** Throws `conflict` unless all of these people have joined and are active. */
export const requireActivePeople = async (db: WriteDb, ids: string[]): Promise<void> => {
	if (ids.length === 0) return;
	const rows = await findPeople(db, ids);
	const active = rows.filter(({ status }) => status === 'active');
	if (active.length !== ids.length) throw new DienstwegError('conflict');
};

/** Person of each of these devices that is known and not revoked. */
export const findPersonOf = async (db: WriteDb, devices: string[]) =>
	new Map(
		devices.length === 0
			? []
			: (await findActiveDevicesById(db, devices)).map(({ id, person }) => [id, person])
	);

interface Applied {
	db: WriteDb;
	input: CommitInput;
	seq: number;
	personOf: ReadonlyMap<string, string>;
}

const applyPeople = async ({ db, input, seq }: Applied): Promise<void> => {
	const { conversation, people } = input;
	if (people.remove.length > 0) {
		await queries.endMembers(db, { conversation, people: people.remove, until: seq });
	}
	if (people.add.length > 0) {
		await keepEndedMemberships(db, conversation, people.add);
		const added = { conversation, role: 'member' as const, since: seq, until: null };
		await queries.upsertMembers(
			db,
			people.add.map((person) => ({ ...added, person, delivered: seq, read: seq }))
		);
	}
	if (people.admins) await queries.setAdmins(db, conversation, people.admins);
};

const applyDevices = async ({ db, input, seq, personOf }: Applied): Promise<void> => {
	const { conversation, devices, external } = input;
	// An external join may replace the device's own leaf, which goes on being served from where it was.
	const removed = external ? [] : devices.remove;
	if (removed.length > 0) {
		await queries.endMemberDevices(db, { conversation, devices: removed, until: seq });
		await deleteWaiting(db, conversation, removed);
	}
	const rows = devices.add.map((device) => ({
		conversation,
		device,
		person: personOf.get(device) ?? '',
		since: seq,
		until: null,
		removalPending: false
	}));
	if (rows.length > 0) await queries.upsertMemberDevices(db, rows);
};

/** What has to be put back if the commit is taken back. */
const undoOf = (roster: Roster, { devices }: CommitInput) => ({
	admins: roster.people.filter((person) => roster.members.get(person)?.role === 'admin'),
	devices: devices.remove.filter((device) => {
		const row = roster.devices.get(device);
		return row !== undefined && (row.until === null || row.removalPending);
	})
});

/** Somebody else builds on what was disputed, and a new GroupInfo is there. */
const settlesDispute = async (
	db: WriteDb,
	caller: Caller,
	{ id, disputed }: queries.ConversationRow
): Promise<boolean> => {
	if (disputed === null) return false;
	const commit = await findCommit(db, id, disputed);
	return commit?.person !== caller.person;
};

const toRow = (
	caller: Caller,
	input: CommitInput,
	place: { seq: number; at: Date }
): NewLogRow => ({
	conversation: input.conversation,
	...place,
	id: input.id,
	kind: 'commit',
	epoch: input.epoch,
	person: caller.person,
	device: caller.device,
	body: bodyOf(input.commit),
	note: bodyOf(input.note),
	external: input.external,
	devicesAdded: input.devices.add,
	devicesRemoved: input.devices.remove
});

const audienceOf = (roster: Roster, { devices }: CommitInput): string[] => [
	...new Set([...roster.activeDevices, ...devices.add])
];

const changesMembership = ({ people, devices }: CommitInput): boolean =>
	people.add.length + people.remove.length + devices.add.length + devices.remove.length > 0 ||
	people.admins !== undefined;

export const createCommit = ({ database, clock }: { database: Database; clock: Clock }) => {
	const write = async (db: WriteDb, caller: Caller, input: CommitInput): Promise<Committed> => {
		const { conversation: id, people, devices } = input;
		const [conversation] = await queries.lockConversations(db, [id]);
		const [known] = await findEntries(db, [input.id]);
		if (known) {
			const call = { conversation: id, device: caller.device, kind: 'commit' as const };
			return { accepted: repeatedAnswer(known, { ...call, body: bodyOf(input.commit) }) };
		}
		if (!conversation) throw new DienstwegError('not_found');
		const roster = await loadRoster(db, id);
		requireMember(roster, caller.person);
		// Before all else that can be wrong: whoever was overtaken judged by an older roster.
		if (input.epoch !== conversation.epoch || isBeforeVoid(conversation, input)) {
			throw new DienstwegError('stale_epoch', { epoch: conversation.epoch });
		}
		const at = new Date(clock.now());
		await requirePatience(db, caller, { conversation, external: input.external, at });
		const personOf = await findPersonOf(db, devices.add);
		checkCommit({
			kind: conversation.kind,
			roster,
			declared: { ...input, hasWelcome: input.welcome !== undefined },
			committer: caller,
			personOf
		});
		await requireActivePeople(db, people.add);

		const seq = conversation.head + 1;
		const row = { ...toRow(caller, input, { seq, at }), undo: undoOf(roster, input) };
		const epoch = input.epoch + 1;
		const applied = { db, input, seq, personOf };
		const isRejoin = roster.devices.get(caller.device)?.until === null;
		await insertEntry(db, row);
		await applyPeople(applied);
		if (!(input.external && isRejoin)) await applyDevices(applied);
		await queries.storeGroupInfo(db, { conversation: id, epoch, body: bodyOf(input.groupInfo) });
		await queries.deleteOldGroupInfos(db, id, epoch - KEPT_GROUP_INFOS);
		if (input.welcome !== undefined) {
			const body = bodyOf(input.welcome);
			await insertWelcome(db, { conversation: id, seq, epoch, body, devices: devices.add, at });
		}
		const isSettled = await settlesDispute(db, caller, conversation);
		const membershipChanged = changesMembership(input) || isSettled;
		await queries.updateConversation(db, id, {
			head: seq,
			epoch,
			epochSince: at,
			epochChangedDevices: devices.add.length + devices.remove.length > 0,
			...(isSettled && { disputed: null }),
			revision: conversation.revision + (membershipChanged ? 1 : 0)
		});
		return {
			accepted: { seq, at: at.getTime() },
			announce: {
				row,
				audience: audienceOf(roster, input),
				membershipChanged,
				concerned: [...people.remove, ...people.add]
			}
		};
	};

	/** Throws what `checkCommit` does, and `stale_epoch` where another commit was first. */
	return (caller: Caller, input: CommitInput): Promise<Committed> =>
		database.write((db) => write(db, caller, input));
};
