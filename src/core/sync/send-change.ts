/** Carries out changes of membership and roles, and leaving. The caller holds the `sending` lock. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	ChangeItem,
	ConversationRecord,
	LeaveItem,
	MessageRecord
} from '#core/store/records.ts';
import { claimKeyPackages } from './claiming.ts';
import type { Plan } from './commits.ts';
import { prepareCommit, REKEY, submitPending } from './commits.ts';
import type { SyncContext } from './context.ts';
import { refreshMembers, withoutPerson } from './conversation-states.ts';
import { isReachable } from './directory.ts';
import { findHeir } from './heir.ts';
import type { Log } from './log.ts';
import { removeItem } from './outbox-store.ts';
import { makeReady } from './send-message.ts';
import { lastOf } from './working-state.ts';

/** What of the wish is still to be done, in a group as it is now. */
async function planOf(
	context: SyncContext,
	{ id, change }: ChangeItem,
	{ members }: ConversationRecord
): Promise<Plan | null> {
	const here = new Set(members.map(({ person }) => person));
	const addPeople = change.add.filter((person) => !here.has(person));
	const removePeople = change.remove.filter((person) => here.has(person));
	const admins = members.filter(({ role }) => role === 'admin').map(({ person }) => person);
	const sameAdmins =
		change.admins === null ||
		(change.admins.length === admins.length &&
			change.admins.every((person) => admins.includes(person)));
	if (addPeople.length + removePeople.length === 0 && sameAdmins) return null;
	const keyPackages = await claimKeyPackages(context, addPeople, { everybody: false });
	return {
		reason: addPeople.length + removePeople.length > 0 ? 'members' : 'roles',
		keyPackages,
		addPeople,
		removePeople,
		admins: sameAdmins ? null : change.admins,
		outsiders: [],
		item: id
	};
}

/** One try; the item stays in the outbox when another one is needed. */
export async function sendChange(context: SyncContext, log: Log, item: ChangeItem): Promise<void> {
	const { conversation } = item;
	const record = await makeReady(context, log, conversation);
	const mine = record.members.find(({ person }) => person === context.self.person);
	if (mine?.role !== 'admin') throw new DienstwegError('forbidden');
	const plan = await planOf(context, item, record);
	if (plan) {
		const pending = await prepareCommit(context, conversation, plan);
		if (!pending) throw new DienstwegError('unavailable');
		if ((await submitPending(context, log, pending)) === 'lost') {
			await refreshMembers(context);
			return;
		}
	}
	await removeItem(context.store, item);
}

/** Whoever leaves as the only admin makes somebody else one first. False when that has to be tried again. */
async function handOver(context: SyncContext, log: Log, item: LeaveItem): Promise<boolean> {
	const { store, self, directory } = context;
	const known = await store.read.conversations.get(item.conversation);
	if (!known?.active) return true;
	const isThere = (person: string): boolean => isReachable(directory.find(person));
	if (findHeir(known, self.person, isThere) === null) return true;
	const record = await makeReady(context, log, item.conversation);
	const heir = findHeir(record, self.person, isThere);
	if (heir === null) return true;
	const plan: Plan = { ...REKEY, reason: 'roles', admins: [self.person, heir], item: item.id };
	const pending = await prepareCommit(context, item.conversation, plan);
	if (!pending) throw new DienstwegError('unavailable');
	return (await submitPending(context, log, pending)) === 'accepted';
}

/** Leaves for good; a second time is as good as the first. The item stays when another try is needed. */
export async function sendLeave(context: SyncContext, log: Log, item: LeaveItem): Promise<void> {
	const { conversation } = item;
	if (!(await handOver(context, log, item))) return refreshMembers(context);
	try {
		await context.server.call(({ conversations }) => conversations.leave({ conversation }));
		// All that is served ends with the leave: the line that tells of it stands behind that.
		await log.fill(conversation);
	} catch (error) {
		const code = error instanceof DienstwegError ? error.code : null;
		// The only admin after all: the others have gone or lost the role since.
		if (code === 'conflict') return refreshMembers(context);
		if (code !== 'not_a_member') throw error;
	}
	await context.locks.state.run(conversation, async () => {
		const record = await context.store.read.conversations.get(conversation);
		// Whom the others have taken out before is told that, by their commit.
		const { group } = await context.groups.load(conversation);
		const line = record && group ? lineOf(context, item, record) : null;
		await context.store.write(['conversations', 'messages', 'outbox'], async (tables) => {
			if (line) await tables.messages.put(line);
			if (record) {
				const members = withoutPerson(record.members, context.self.person);
				const told = line && { last: lastOf(line), activeAt: line.at };
				await tables.conversations.put({ ...record, ...told, members, active: false });
			}
			await tables.outbox.delete(item.position);
		});
	});
}

/** The commit that carries out the leave is for those who stay: whoever leaves notes it alone. */
const lineOf = (
	{ self, now }: SyncContext,
	{ conversation, id }: LeaveItem,
	{ head }: ConversationRecord
): MessageRecord => ({
	conversation,
	// Between the last entry, with its lines, and the first after coming back.
	order: head + 1 / 2,
	id,
	author: self.person,
	at: now(),
	kind: 'event',
	text: '',
	event: { type: 'left', people: [self.person] },
	envelope: null,
	epoch: 0
});
