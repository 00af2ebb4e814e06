/**
 * At a shared terminal: puts text that is not sent with the server while it is being typed, sealed for the person's
 * own devices, so that the visit may end at any moment. Must never deposit anything in the clear.
 */
import { toBase64url } from '#core/crypto/bytes.ts';
import { sealLeftDrafts, type LeftDrafts } from '#core/protocol/terminal/left-drafts.ts';
import type { ReadStore } from '#core/store/database.ts';
import type { SyncContext } from '../context.ts';
import { isPassing } from '../pause.ts';

/** Milliseconds in which what is typed is gathered. */
const GATHER = 700;
/** Milliseconds until what the server did not get is tried again. */
const RETRY = 2_000;

/** Drafts, and what waits in the outbox in front of them. */
async function readUnsent(store: ReadStore): Promise<LeftDrafts> {
	const texts = new Map<string, string[]>();
	const add = (conversation: string, text: string): void => {
		if (text.trim() === '') return;
		texts.set(conversation, [...(texts.get(conversation) ?? []), text]);
	};
	for (const item of await store.outbox.toArray())
		if (item.type === 'message' && item.content.type === 'text/1' && !item.accepted)
			add(item.conversation, item.content.text);
	for (const { conversation, text } of await store.drafts.toArray()) add(conversation, text);
	const conversations = [...texts.keys()];
	const records = await store.conversations.bulkGet(conversations);
	return conversations.map((conversation, at) => ({
		conversation,
		person: records[at]?.person ?? null,
		text: (texts.get(conversation) ?? []).join('\n')
	}));
}

export class DepositDrafts {
	readonly #context: SyncContext;
	readonly #onFault: (error: unknown) => void;
	#stop: (() => void) | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** What the server has; nothing before the first deposit. */
	#deposited = '[]';
	#running: Promise<void> = Promise.resolve();

	constructor(context: SyncContext, onFault: (error: unknown) => void) {
		this.#context = context;
		this.#onFault = onFault;
	}

	/** From now on; begins again at each call, after the connection was lost. */
	start(): void {
		if (this.#context.account.isFull || this.#context.pauses.closed) return;
		this.#stop?.();
		this.#stop = this.#context.store.live(readUnsent, (unsent) => {
			if (JSON.stringify(unsent) === this.#deposited) return;
			this.#flushIn(GATHER);
		});
	}

	#flushIn(millis: number): void {
		this.#timer ??= setTimeout(() => {
			this.flush().catch((error: unknown) => {
				this.#onFault(error);
				// Nothing else might be typed, and the connection come back by itself.
				if (isPassing(error) && !this.#context.pauses.closed) this.#flushIn(RETRY);
			});
		}, millis);
	}

	/** Everything that is unsent now; rejects where the server can't be reached. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const result = this.#running.then(() => this.#deposit());
		this.#running = result.catch(() => undefined);
		return result;
	}

	async close(): Promise<void> {
		this.#stop?.();
		clearTimeout(this.#timer);
		await this.#running;
	}

	async #deposit(): Promise<void> {
		const { store, server, self } = this.#context;
		const fact = await store.read.facts.get('terminal');
		if (fact?.name !== 'terminal') return;
		const unsent = await readUnsent(store.read);
		const name = JSON.stringify(unsent);
		if (name === this.#deposited) return;
		const { generation, publicKey } = fact.drafts;
		const sealed =
			unsent.length === 0 ? null : await sealLeftDrafts(publicKey, self.device, unsent);
		const body = sealed ? toBase64url(sealed) : '';
		await server.call(({ terminals }) => terminals.depositDrafts({ generation, body }));
		this.#deposited = name;
	}
}
