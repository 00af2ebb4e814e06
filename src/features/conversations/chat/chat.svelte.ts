/**
 * State of one open conversation: the loaded messages, where unread ones begin, and what counts as seen.
 * Never marks anything read that was not in front of an attentive person.
 */
import type { ConversationDetail, EngineLink, MessageView } from '#core/engine/api.ts';
import { EMPTY_LOG, takeNewest, takeOlder } from '../message/message-log.ts';
import {
	buildTimeline,
	countUnread,
	findFirstUnread,
	newestSeq,
	type TimelineRow
} from '../message/timeline.ts';

const PAGE = 60;
/** More unread messages than this are read from the newest thousand upwards. */
const MOST_AT_OPENING = 1000;

export class ChatState {
	#engine: EngineLink;
	#id: string;
	#detail = $state.raw<ConversationDetail | null | undefined>(undefined);
	#names = $state.raw<Record<string, string>>({});
	#log = $state.raw(EMPTY_LOG);
	#isLoaded = $state(false);
	#prepends = $state(false);
	#unreadFrom = $state<string | null>(null);
	#seen = $state(0);
	#attentive = false;
	#marked = 0;
	#ends: (() => void)[] = [];
	/** Windows of older messages: the last one, and those with something that is still to be opened. */
	#older: { waits: boolean; end: () => void }[] = [];
	#oldestAsked: string | null = null;
	#rows = $derived(buildTimeline(this.#log.messages, this.#unreadFrom));

	constructor(engine: EngineLink, id: string) {
		this.#engine = engine;
		this.#id = id;
	}

	/** Begins to watch; returns what ends it. */
	start(): () => void {
		this.#ends.push(
			this.#engine.watch('names', undefined, (names) => (this.#names = names)),
			this.#engine.watch('conversation', { id: this.#id }, (detail) => this.#takeDetail(detail))
		);
		return () => {
			this.attend(false);
			for (const end of this.#ends.splice(0)) end();
			for (const { end } of this.#older.splice(0)) end();
		};
	}

	get id(): string {
		return this.#id;
	}

	/** undefined until known, null when there is no such conversation here. */
	get detail(): ConversationDetail | null | undefined {
		return this.#detail;
	}

	get rows(): TimelineRow[] {
		return this.#rows;
	}

	get messages(): readonly MessageView[] {
		return this.#log.messages;
	}

	get isLoaded(): boolean {
		return this.#isLoaded;
	}

	get hasOlder(): boolean {
		return this.#log.hasOlder;
	}

	/** The last change added rows at the top: the place is to be kept from the end. */
	get prepends(): boolean {
		return this.#prepends;
	}

	/** Messages of others below what has been seen. */
	get unseen(): number {
		return countUnread(this.#log.messages.filter((message) => (message.seq ?? 0) > this.#seen));
	}

	nameOf(person: string): string {
		return this.#names[person] ?? '';
	}

	loadOlder(): void {
		const oldest = this.#log.messages[0];
		if (oldest === undefined || !this.hasOlder || this.#oldestAsked === oldest.id) return;
		this.#oldestAsked = oldest.id;
		for (const { end } of this.#older.filter(({ waits }) => !waits)) end();
		const watch = { waits: false, end: () => undefined as void };
		this.#older = [...this.#older.filter(({ waits }) => waits), watch];
		watch.end = this.#engine.watch(
			'messages',
			{ conversation: this.#id, around: oldest.order, count: 2 * PAGE },
			(window) => {
				const before = this.#log.messages[0]?.id;
				watch.waits = window.messages.some(({ kind }) => kind === 'pending');
				const next = takeOlder(this.#log, window);
				this.#prepends = next.messages[0]?.id !== before;
				this.#log = next;
			}
		);
	}

	/** The message has been in view; counts as read only while the person is attentive. */
	see(seq: number): void {
		this.#seen = Math.max(this.#seen, seq);
		this.#markRead();
	}

	/** The tab came to the foreground with focus, or went. */
	attend(attentive: boolean): void {
		if (attentive === this.#attentive) return;
		this.#attentive = attentive;
		this.#tell(this.#engine.call('setViewing', { conversation: attentive ? this.#id : null }));
		if (attentive) {
			this.#unreadFrom ??= findFirstUnread(this.#log.messages, Math.max(this.#marked, this.#seen));
			this.#markRead();
		}
	}

	/** One's own message answers what stood below the line. */
	clearUnreadLine(): void {
		this.#unreadFrom = null;
	}

	async retry(message: string): Promise<void> {
		await this.#engine.call('retryMessage', { id: message });
	}

	async discard(message: string): Promise<void> {
		await this.#engine.call('discardMessage', { id: message });
	}

	#takeDetail(detail: ConversationDetail | null): void {
		const first = this.#detail === undefined;
		this.#detail = detail;
		if (!first || detail === null) return;
		this.#seen = this.#marked = detail.readUpTo;
		const count = Math.min(detail.unread + PAGE, MOST_AT_OPENING);
		this.#ends.push(
			this.#engine.watch(
				'messages',
				{ conversation: this.#id, around: 'newest', count },
				(window) => {
					this.#prepends = false;
					this.#log = takeNewest(this.#log, window);
					if (this.#isLoaded) return;
					this.#isLoaded = true;
					if (detail.unread > 0) {
						this.#unreadFrom = findFirstUnread(this.#log.messages, detail.readUpTo);
					}
				}
			)
		);
	}

	#markRead(): void {
		const seq = Math.min(this.#seen, newestSeq(this.#log.messages));
		if (!this.#attentive || seq <= this.#marked) return;
		this.#marked = seq;
		this.#tell(this.#engine.call('markRead', { conversation: this.#id, seq }));
	}

	/** What the engine is told in passing: when it has been locked or wiped meanwhile, that is no fault. */
	#tell(call: Promise<unknown>): void {
		call.catch(() => undefined);
	}
}
