/** Who is in a conversation, as a value: members, devices in the tree, removals that wait for their commit. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { GroupRole } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import { findMemberDevices, findMembers, type ConversationRow } from './queries/conversations.ts';

export interface RosterMember {
	role: GroupRole;
	/** Null while in it. */
	until: number | null;
}

interface RosterDevice {
	person: string;
	since: number;
	until: number | null;
	removalPending: boolean;
}

export interface Roster {
	/** Everybody who is or was in it. */
	members: ReadonlyMap<string, RosterMember>;
	/** Every device that is or was in the tree. */
	devices: ReadonlyMap<string, RosterDevice>;
	/** People who are in it now. */
	people: readonly string[];
	/** Devices that get what happens now. */
	activeDevices: readonly string[];
	/** Devices that the next commit must take out of the tree. */
	pendingRemovals: readonly string[];
}

export const loadRoster = async (db: ReadDb, conversation: string): Promise<Roster> => {
	const memberRows = await findMembers(db, [conversation]);
	const deviceRows = await findMemberDevices(db, [conversation]);
	return {
		members: new Map(memberRows.map((row) => [row.person, row])),
		devices: new Map(deviceRows.map((row) => [row.device, row])),
		people: memberRows.filter((row) => row.until === null).map((row) => row.person),
		activeDevices: deviceRows.filter((row) => row.until === null).map((row) => row.device),
		pendingRemovals: deviceRows.filter((row) => row.removalPending).map((row) => row.device)
	};
};

const MAX_CACHED = 1000;

/** Keeps rosters by the revision of their conversation: one that changed is never used again. */
export class RosterCache {
	readonly #rosters = new Map<string, { revision: number; roster: Roster }>();

	/** `row` must be read in the same transaction as `db` reads in. */
	async get(db: ReadDb, row: Pick<ConversationRow, 'id' | 'revision'>): Promise<Roster> {
		const cached = this.#rosters.get(row.id);
		if (cached?.revision === row.revision) return cached.roster;
		const roster = await loadRoster(db, row.id);
		this.#rosters.delete(row.id);
		this.#rosters.set(row.id, { revision: row.revision, roster });
		for (const oldest of this.#rosters.keys()) {
			if (this.#rosters.size <= MAX_CACHED) break;
			this.#rosters.delete(oldest);
		}
		return roster;
	}
}

/** Throws `not_found` to strangers, who are not told that the conversation exists, and `not_a_member` to former members. */
export const requireMember = (roster: Roster, person: string): RosterMember => {
	const member = roster.members.get(person);
	if (!member) throw new DienstwegError('not_found');
	if (member.until !== null) throw new DienstwegError('not_a_member');
	return member;
};

/** The same, for a device that must be in the tree. */
export const requireActiveDevice = (
	roster: Roster,
	caller: { person: string; device: string }
): RosterMember => {
	const member = requireMember(roster, caller.person);
	if (roster.devices.get(caller.device)?.until !== null) throw new DienstwegError('not_a_member');
	return member;
};
