/**
 * Lines of this device's own about a person, in every conversation with them, behind whatever stands at its end. Must
 * never move what is there.
 */
import { uuidV7 } from '#core/crypto/uuid.ts';
import type { Store } from '#core/store/database.ts';
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import type { KeyedLock } from '../keyed-lock.ts';

export interface ChatLinesOptions {
	store: Store;
	/** Of conversations' records. */
	stateLock: KeyedLock;
	now(): number;
}

export class ChatLines {
	readonly #options: ChatLinesOptions;

	constructor(options: ChatLinesOptions) {
		this.#options = options;
	}

	async addForPerson(person: string, event: StoredEvent): Promise<void> {
		const conversations = await this.#options.store.read.conversations.toArray();
		for (const { id, members, person: other } of conversations)
			if (other === person || members.some((member) => member.person === person))
				await this.#add(id, person, event);
	}

	#add(conversation: string, author: string, event: StoredEvent): Promise<void> {
		const { store, stateLock, now } = this.#options;
		return stateLock.run(conversation, async () => {
			const record = await store.read.conversations.get(conversation);
			if (!record) return;
			const at = now();
			const message: MessageRecord = {
				conversation,
				order: await this.#orderAfter(record),
				id: uuidV7(at),
				author,
				at,
				kind: 'event',
				text: '',
				event,
				envelope: null,
				epoch: 0
			};
			await store.write(['messages'], async ({ messages }) => void (await messages.put(message)));
		});
	}

	async #orderAfter({ id, head }: ConversationRecord): Promise<number> {
		const lines = await this.#options.store.read.messages
			.where('[conversation+order]')
			.between([id, head], [id, head + 1])
			.primaryKeys();
		const last = lines.at(-1)?.[1] ?? head;
		return (last + head + 1) / 2;
	}
}
