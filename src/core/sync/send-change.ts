/** Carries out changes of membership and roles, and leaving. The caller holds the `sending` lock. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ChangeItem, ConversationRecord, LeaveItem } from '#core/store/records.ts';
import { claimKeyPackages } from './claiming.ts';
import type { Plan } from './commits.ts';
import { prepareCommit, submitPending } from './commits.ts';
import type { SyncContext } from './context.ts';
import { refreshMembers } from './conversation-states.ts';
import type { Log } from './log.ts';
import { removeItem } from './outbox-store.ts';
import { makeReady } from './send-message.ts';

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
		item: id
	};
}

/** One try; the item stays in the outbox when another one is needed. */
export async function sendChange(context: SyncContext, log: Log, item: ChangeItem): Promise<void> {
	const { conversation } = item;
	const record = await makeReady(context, log, conversation);
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

/** Leaves for good; a second time is as good as the first. */
export async function sendLeave(context: SyncContext, item: LeaveItem): Promise<void> {
	const { conversation } = item;
	try {
		await context.server.call(({ conversations }) => conversations.leave({ conversation }));
	} catch (error) {
		if (!(error instanceof DienstwegError) || error.code !== 'not_a_member') throw error;
	}
	await context.locks.state.run(conversation, async () => {
		const record = await context.store.read.conversations.get(conversation);
		await context.store.write(['conversations', 'outbox'], async (tables) => {
			if (record) await tables.conversations.put({ ...record, active: false });
			await tables.outbox.delete(item.position);
		});
	});
}
