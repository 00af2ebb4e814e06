/**
 * On a person's own device: takes over as drafts what was left unsent at terminals. Whichever device is the first to
 * come does it; text that is being written here stays, and what was left follows it.
 */
import { fromBase64url } from '#core/crypto/bytes.ts';
import {
	leftDraftsKeys,
	openLeftDrafts,
	type LeftDrafts
} from '#core/protocol/terminal/left-drafts.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { DepositedDrafts } from '#shared/contract/terminals.ts';
import type { WriteStore } from '#core/store/database.ts';
import type { SyncContext } from '../context.ts';
import { newConversation } from '../conversation-states.ts';

/** Null for what no terminal of this person's has sealed, `later` for a key that is still to come. */
async function open(
	{ account }: SyncContext,
	{ device, generation, body }: DepositedDrafts
): Promise<LeftDrafts | null | 'later'> {
	const backupKey = account.find(generation);
	if (!backupKey) return 'later';
	try {
		return await openLeftDrafts(await leftDraftsKeys(backupKey), device, fromBase64url(body));
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** The conversation that it belongs to here: at the terminal a direct chat may have been begun anew. */
async function placeOf(
	{ self, now }: SyncContext,
	{ conversations }: Pick<WriteStore, 'conversations'>,
	{ conversation, person }: LeftDrafts[number]
): Promise<string | null> {
	if (await conversations.get(conversation)) return conversation;
	if (person === null) return null;
	const all = await conversations.toArray();
	const known = all.find((record) => record.kind === 'direct' && record.person === person);
	if (known) return known.id;
	const cursors = { delivered: 0, read: 0 };
	const members = [self.person, person].map((each) => ({
		person: each,
		role: 'member' as const,
		...cursors
	}));
	const begun = { id: conversation, kind: 'direct' as const, person, members };
	await conversations.put(newConversation({ ...begun, activeAt: now(), onServer: false }));
	return conversation;
}

const joined = (here: string, left: string): string =>
	here.trim() === '' ? left : here.includes(left) ? here : `${here}\n${left}`;

/** Call it once the account's keys are there. */
export async function takeDrafts(context: SyncContext): Promise<void> {
	const { account, server, shared, store } = context;
	if (!account.isFull || account.newest() === null) return;
	for (const deposit of await server.call(({ terminals }) => terminals.drafts())) {
		const left = await open(context, deposit);
		if (left === 'later') continue;
		const taken = await store.write(['drafts', 'conversations'], async (tables) => {
			const texts = new Map<string, string>();
			for (const each of left ?? []) {
				const conversation = await placeOf(context, tables, each);
				if (conversation === null) continue;
				const here = await tables.drafts.get(conversation);
				const text = joined(here?.text ?? '', each.text);
				await tables.drafts.put({ conversation, text });
				texts.set(conversation, text);
			}
			return texts;
		});
		for (const [conversation, text] of taken) await shared.drafts.tell(conversation, text);
		const { device } = deposit;
		await server.call(({ terminals }) => terminals.draftsTaken({ device }));
	}
}
