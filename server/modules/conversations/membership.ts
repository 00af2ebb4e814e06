/**
 * What a declared commit may do to a conversation: pure rules over the roster. The commit itself is opaque to
 * the server; clients check that it does what was declared here.
 */
import { MAX_GROUP_PEOPLE, type CommitInput } from '#shared/contract/conversations.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { requireActiveDevice, requireMember, type Roster } from './roster.ts';

type Declared = Pick<CommitInput, 'external' | 'people' | 'devices'> & { hasWelcome: boolean };

interface Committer {
	person: string;
	device: string;
}

/** Throws `bad_request` naming the field. */
const refuse = (field: string): never => {
	throw new DienstwegError('bad_request', { field });
};

const requireDistinct = (declared: Declared): void => {
	const { people, devices } = declared;
	const lists = {
		'people.add': people.add,
		'people.remove': people.remove,
		'people.admins': people.admins ?? [],
		'devices.add': devices.add,
		'devices.remove': devices.remove
	};
	for (const [field, list] of Object.entries(lists)) {
		if (new Set(list).size !== list.length) refuse(field);
	}
};

const changesPeople = ({ people }: Declared): boolean =>
	people.add.length > 0 || people.remove.length > 0 || people.admins !== undefined;

/** A device that joins by itself brings nothing along, and may replace only its own earlier leaf. */
const requireOnlyItself = (declared: Declared, device: string): void => {
	if (changesPeople(declared)) throw new DienstwegError('forbidden');
	const { add, remove } = declared.devices;
	if (add.length !== 1 || add[0] !== device) refuse('devices.add');
	if (remove.some((removed) => removed !== device)) refuse('devices.remove');
	if (declared.hasWelcome) refuse('welcome');
};

const peopleAfter = (roster: Roster, { people }: Declared): Set<string> => {
	const after = new Set(roster.people);
	for (const person of people.remove) after.delete(person);
	for (const person of people.add) after.add(person);
	return after;
};

const requirePeopleRules = (
	roster: Roster,
	declared: Declared,
	committer: Committer & { isGroupAdmin: boolean }
): void => {
	if (!changesPeople(declared)) return;
	if (!committer.isGroupAdmin) throw new DienstwegError('forbidden');
	const { add, remove, admins } = declared.people;
	const current = new Set(roster.people);
	if (add.some((person) => current.has(person))) throw new DienstwegError('conflict');
	if (remove.some((person) => !current.has(person))) throw new DienstwegError('conflict');
	// Nobody can commit the removal of their own leaf (RFC 9420 §12.2): they leave.
	if (remove.includes(committer.person)) refuse('people.remove');
	const after = peopleAfter(roster, declared);
	if (after.size > MAX_GROUP_PEOPLE) refuse('people.add');
	if (admins && (admins.length === 0 || admins.some((person) => !after.has(person)))) {
		refuse('people.admins');
	}
};

const requireRemovals = (roster: Roster, declared: Declared, committer: Committer): void => {
	const removed = new Set(declared.devices.remove);
	if (removed.has(committer.device)) refuse('devices.remove');
	const missing = roster.pendingRemovals.filter((device) => !removed.has(device));
	if (missing.length > 0) {
		throw new DienstwegError('removal_pending', { devices: [...roster.pendingRemovals] });
	}
	const leaving = new Set(declared.people.remove);
	for (const device of removed) {
		const row = roster.devices.get(device);
		// A leaf that nobody declared, or whose removal was declared and not done: it is well that it goes.
		if (!row || (row.until !== null && !row.removalPending)) continue;
		if (!row.removalPending && !leaving.has(row.person)) throw new DienstwegError('forbidden');
	}
	for (const device of roster.activeDevices) {
		const row = roster.devices.get(device);
		if (row && leaving.has(row.person) && !removed.has(device)) refuse('devices.remove');
	}
};

const requireAdditions = (
	roster: Roster,
	declared: Declared,
	personOf: ReadonlyMap<string, string>
): void => {
	const { add, remove } = declared.devices;
	if (add.length > 0 !== declared.hasWelcome) refuse('welcome');
	const after = peopleAfter(roster, declared);
	const removed = new Set(remove);
	for (const device of add) {
		const person = personOf.get(device);
		// Unknown, revoked, or of somebody who is not in it: the committer's picture is out of date.
		if (person === undefined || !after.has(person)) throw new DienstwegError('conflict');
		const isInTree = roster.devices.get(device)?.until === null;
		if (isInTree && !removed.has(device)) throw new DienstwegError('conflict');
	}
};

export interface CommitCheck {
	kind: 'direct' | 'group';
	roster: Roster;
	declared: Declared;
	committer: Committer;
	/** Person of each declared device that is known and not revoked. */
	personOf: ReadonlyMap<string, string>;
}

/**
 * Throws what stands against a commit: `not_found`, `not_a_member`, `forbidden`, `removal_pending`, `conflict`
 * (the committer's picture of the conversation is not the server's) or `bad_request`.
 */
export const checkCommit = (check: CommitCheck): void => {
	const { kind, roster, declared, committer, personOf } = check;
	requireDistinct(declared);
	if (declared.external) {
		// Removals that are pending stay so: an external commit can't carry them out (RFC 9420 §12.2), and no
		// message is taken before somebody has.
		requireMember(roster, committer.person);
		if (roster.devices.get(committer.device)?.removalPending) {
			throw new DienstwegError('not_a_member');
		}
		return requireOnlyItself(declared, committer.device);
	}
	const { role } = requireActiveDevice(roster, committer);
	const isGroupAdmin = kind === 'group' && role === 'admin';
	requirePeopleRules(roster, declared, { ...committer, isGroupAdmin });
	requireRemovals(roster, declared, committer);
	requireAdditions(roster, declared, personOf);
};
