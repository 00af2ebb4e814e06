/**
 * Commands on conversations: everything is on disk before they resolve, the outbox does the rest. Owns the
 * rules about what may be asked for; must never wait for the network except to tell how a change fared.
 */
import { GroupProfile, TextContent } from '#shared/contract/content.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import type { ChangeIntent, ConversationRecord, MessageItem } from '#core/store/records.ts';
import { newConversation } from '#core/sync/conversation-states.ts';
import {
	asWaiting,
	enqueue,
	enqueueChange,
	isRefusedChange,
	waitsToBeMade
} from '#core/sync/outbox-store.ts';
import type { NewItem } from '#core/sync/outbox-store.ts';
import type { Sync } from '#core/sync/sync.ts';
import { countUnread } from '#core/sync/unread.ts';
import type { Commands } from './api.ts';
import { resolveConversation } from './presenting.ts';

/** A typing mark is repeated no more often than this (ms). */
const TYPING_PAUSE = 3000;

type Handlers<Name extends keyof Commands> = {
	[Each in Name]: (input: Commands[Each]['input']) => Promise<Commands[Each]['output']>;
};

export type ConversationCommands = Handlers<
	| 'openDirect'
	| 'createGroup'
	| 'sendText'
	| 'retryMessage'
	| 'discardMessage'
	| 'saveDraft'
	| 'fetchOlder'
	| 'markRead'
	| 'setViewing'
	| 'setTyping'
	| 'changeProfile'
	| 'addPeople'
	| 'removePerson'
	| 'setAdmins'
	| 'leave'
>;

const EMPTY_PROFILE: GroupProfile = { title: '', picture: null };

export function conversationCommands(sync: Sync): ConversationCommands {
	const { store, self, directory, locks, groups, now } = sync.context;
	const lastTyping = new Map<string, number>();

	const find = async (id: string): Promise<ConversationRecord> => {
		const record = await store.read.conversations.get(await resolveConversation(store.read, id));
		if (!record) throw new DienstwegError('not_found');
		return record;
	};
	const findActive = async (id: string): Promise<ConversationRecord> => {
		const record = await find(id);
		if (!record.active) throw new DienstwegError('not_a_member');
		return record;
	};
	const findMine = async (id: string): Promise<ConversationRecord> => {
		const record = await findActive(id);
		const mine = record.members.find(({ person }) => person === self.person);
		if (record.kind !== 'group' || mine?.role !== 'admin') throw new DienstwegError('forbidden');
		return record;
	};
	const startConversation = (
		kind: ConversationRecord['kind'],
		people: string[]
	): ConversationRecord => {
		const role = kind === 'group' ? ('admin' as const) : ('member' as const);
		const cursors = { delivered: 0, read: 0 };
		return newConversation({
			id: uuidV4(),
			kind,
			person: kind === 'direct' ? (people[0] ?? null) : null,
			members: [
				{ person: self.person, role, ...cursors },
				...people.map((person) => ({ person, role: 'member' as const, ...cursors }))
			],
			activeAt: now(),
			onServer: false
		});
	};
	const createItem = (
		{ id, kind, members }: ConversationRecord,
		profile: GroupProfile
	): NewItem => ({
		type: 'create',
		conversation: id,
		id: uuidV7(now()),
		at: now(),
		kind,
		people: members.map(({ person }) => person).filter((person) => person !== self.person),
		profile
	});
	/** Enqueues a change, and tells what becomes of it while there is a network to tell it by. */
	const change = async (
		{ id: conversation }: ConversationRecord,
		item:
			| { type: 'change'; change: ChangeIntent }
			| { type: 'leave' }
			| Pick<MessageItem, 'type' | 'content' | 'attempt' | 'accepted'>
	): Promise<void> => {
		const id = uuidV7(now());
		const isOffline = sync.context.memory.connection === 'offline';
		const fate = isOffline ? null : sync.outbox.watch(id);
		await store.write(['outbox'], (tables) =>
			enqueueChange(tables, { ...item, conversation, id, at: now() })
		);
		sync.outbox.start(conversation);
		const outcome = await fate;
		if (outcome?.fate === 'refused') throw outcome.error;
	};
	const requireKnown = (people: string[]): void => {
		const known = people.every((person) => person !== self.person && directory.find(person));
		if (people.length === 0 || !known) throw new DienstwegError('not_found');
	};

	return {
		async openDirect({ person }) {
			requireKnown([person]);
			const all = await store.read.conversations.toArray();
			const found = all.filter((record) => record.kind === 'direct' && record.person === person);
			const [known] = found.toSorted((a, b) => Number(b.onServer) - Number(a.onServer));
			if (known) return { conversation: known.id };
			const record = startConversation('direct', [person]);
			// It is made on the server with the first message: nobody is told of a chat that says nothing.
			await store.write(['conversations'], async (tables) => {
				await tables.conversations.put(record);
			});
			return { conversation: record.id };
		},

		async createGroup({ people, profile: given }) {
			const profile = GroupProfile.safeParse(given);
			const others = [...new Set(people)];
			if (!profile.success) throw new DienstwegError('bad_request', { field: 'profile' });
			requireKnown(others);
			const record = startConversation('group', others);
			await store.write(['conversations', 'profiles', 'outbox'], async (tables) => {
				await tables.conversations.put({ ...record, hasProfile: true });
				await tables.profiles.put({ conversation: record.id, seq: 0, ...profile.data });
				await enqueue(tables, createItem(record, profile.data));
			});
			sync.outbox.start(record.id);
			return { conversation: record.id };
		},

		async sendText({ conversation, text }) {
			const content = TextContent.safeParse({ type: 'text/1', text });
			if (!content.success) throw new DienstwegError('bad_request', { field: 'text' });
			const record = await findActive(conversation);
			const id = uuidV7(now());
			await store.write(['outbox', 'drafts', 'conversations'], async (tables) => {
				const current = await tables.conversations.get(record.id);
				const isMade = current?.onServer || (await waitsToBeMade(tables, record.id));
				const at = now();
				const item: NewItem = {
					type: 'message',
					conversation: record.id,
					id,
					at,
					content: content.data,
					attempt: null,
					accepted: null
				};
				await enqueue(tables, ...(isMade ? [] : [createItem(record, EMPTY_PROFILE)]), item);
				await tables.drafts.delete(record.id);
			});
			await sync.context.shared.drafts.tell(record.id, '');
			sync.outbox.start(record.id);
			return { id };
		},

		async retryMessage({ id }) {
			const conversation = await store.write(['outbox'], async ({ outbox }) => {
				const items = await outbox.toArray();
				const found = items.find((item) => item.id === id && item.state === 'refused');
				if (!found) return null;
				// What could not be made is tried again together with what was to go there.
				const again = items.filter(
					(item) =>
						item.conversation === found.conversation && (item === found || item.type === 'create')
				);
				await outbox.bulkPut(again.map(asWaiting));
				return found.conversation;
			});
			if (conversation === null) throw new DienstwegError('not_found');
			sync.outbox.start(conversation);
		},

		async discardMessage({ id }) {
			await store.write(['outbox'], async ({ outbox }) => {
				const found = (await outbox.toArray()).find((item) => item.id === id);
				if (found && (found.type === 'message' || isRefusedChange(found)))
					await outbox.delete(found.position);
			});
		},

		async saveDraft({ conversation, text }) {
			const target = await resolveConversation(store.read, conversation);
			await store.write(['drafts'], async ({ drafts }) => {
				if (text === '') await drafts.delete(target);
				else await drafts.put({ conversation: target, text });
			});
			await sync.context.shared.drafts.tell(target, text);
		},

		async fetchOlder({ conversation }) {
			sync.ownDevices.backfill.prefer(await resolveConversation(store.read, conversation));
		},

		async markRead({ conversation, seq }) {
			const { id, members } = await find(conversation);
			const read = await locks.state.run(id, async () => {
				const record = await find(id);
				// What stands between the last entry and the next one can be read, too.
				const readUpTo = Math.floor(seq) > record.head ? record.head : seq;
				if (readUpTo <= record.readUpTo) return null;
				const moved = { ...record, readUpTo };
				const unread = await countUnread(store.read, moved, self.person);
				await store.write(['conversations'], async (tables) => {
					await tables.conversations.put({ ...moved, unread });
				});
				return Math.floor(readUpTo);
			});
			if (read === null) return;
			sync.cursors.mark(id, { read }, members.length);
			if (!(await sync.cursors.readReceipts())) await sync.context.shared.reads.tell(id, read);
		},

		async setViewing({ conversation }) {
			const target =
				conversation === null ? null : await resolveConversation(store.read, conversation);
			const record = target === null ? undefined : await store.read.conversations.get(target);
			await sync.setViewing(record?.onServer ? record.id : null);
		},

		async setTyping({ conversation }) {
			const record = await find(conversation);
			const last = lastTyping.get(record.id) ?? 0;
			if (!record.onServer || !record.active || now() - last < TYPING_PAUSE) return;
			if (sync.context.memory.connection !== 'online') return;
			lastTyping.set(record.id, now());
			await sync.context.server
				.call(({ conversations }) => conversations.typing({ conversation: record.id }))
				// A mark that gets lost is repeated at the next key.
				.catch(() => undefined);
		},

		async changeProfile({ conversation, profile: given }) {
			const profile = GroupProfile.safeParse(given);
			if (!profile.success) throw new DienstwegError('bad_request', { field: 'profile' });
			const record = await findMine(conversation);
			const { group } = await locks.state.run(record.id, () => groups.load(record.id));
			if (group && !group.policy.admins.includes(self.person))
				throw new DienstwegError('forbidden');
			await change(record, {
				type: 'message',
				content: { type: 'profile/1', profile: profile.data },
				attempt: null,
				accepted: null
			});
		},

		async addPeople({ conversation, people }) {
			requireKnown(people);
			const record = await findMine(conversation);
			await change(record, { type: 'change', change: { add: people, remove: [], admins: null } });
		},

		async removePerson({ conversation, person }) {
			const record = await findMine(conversation);
			if (person === self.person) throw new DienstwegError('bad_request', { field: 'person' });
			await change(record, {
				type: 'change',
				change: { add: [], remove: [person], admins: null }
			});
		},

		async setAdmins({ conversation, admins }) {
			const record = await findMine(conversation);
			await change(record, { type: 'change', change: { add: [], remove: [], admins } });
		},

		async leave({ conversation }) {
			const record = await findActive(conversation);
			if (record.kind !== 'group') throw new DienstwegError('forbidden');
			await change(record, { type: 'leave' });
		}
	};
}
