/**
 * State of one open conversation: the loaded stretch of messages, where unread ones begin, and what counts
 * as seen. The stretch reaches to the newest message, unless so many are unread that it begins at the first
 * of them and grows downwards. Never marks anything read that was not in front of an attentive person.
 */
import type {
	ConversationDetail,
	EngineLink,
	MessageView,
	MessageWindow
} from '#core/engine/api.ts';
import { EMPTY_LOG, takeNewest, takePage } from '../message/message-log.ts';
import {
	buildTimeline,
	countUnread,
	findFirstUnread,
	newestSeq,
	type TimelineRow
} from '../message/timeline.ts';

const PAGE = 60;
/** More unread messages than this are loaded from the first one on: opening takes as long for ten thousand. */
const MOST_AT_OPENING = 3 * PAGE;

export class ChatState {
	#engine: EngineLink;
	#id: string;
	#detail = $state.raw<ConversationDetail | null | undefined>(undefined);
	#names = $state.raw<Record<string, string>>({});
	/** The end of the conversation, loaded or not. */
	#newest = $state.raw(EMPTY_LOG);
	#log = $state.raw(EMPTY_LOG);
	#isLoaded = $state(false);
	#prepends = $state(false);
	#firstUnread = $state.raw<MessageView | null>(null);
	#seen = $state(0);
	#attentive = false;
	#marked = 0;
	#ends: (() => void)[] = [];
	/** Windows beside the newest: the last one, and those with something that is still to come or to be opened. */
	#pages: { waits: boolean; end: () => void }[] = [];
	/** Messages at an edge around which more was asked for. */
	#asked = new Set<string>();
	#rows = $derived(buildTimeline(this.#log, this.#firstUnread?.id ?? null));

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
			this.#endPages();
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

	/** The last messages of the conversation, whether or not the loaded stretch reaches to them. */
	get newest(): readonly MessageView[] {
		return this.#newest.messages;
	}

	/** The loaded stretch ends before the newest message. */
	get hasNewer(): boolean {
		return this.#log.hasNewer;
	}

	/** Nothing older is loaded, and there is more that is still on its way to this device. */
	get isFilling(): boolean {
		return this.#detail?.isFilling === true && !this.#log.hasOlder;
	}

	/** The message under the line of this visit; null when there is no line. */
	get firstUnread(): MessageView | null {
		return this.#firstUnread;
	}

	/** The last change added rows at the top: the place is to be kept from the end. */
	get prepends(): boolean {
		return this.#prepends;
	}

	/** Messages of others below what has been seen. */
	get unseen(): number {
		if (this.#log.hasNewer) return this.#detail?.unread ?? 0;
		return countUnread(this.#log.messages.filter((message) => (message.seq ?? 0) > this.#seen));
	}

	nameOf(person: string): string {
		return this.#names[person] ?? '';
	}

	loadOlder(): void {
		const oldest = this.#log.messages[0];
		if (!oldest || this.#asked.has(oldest.id)) return;
		// What is not on this device yet comes before that of other chats, and is watched for.
		if (this.isFilling) this.#tell(this.#engine.call('fetchOlder', { conversation: this.#id }));
		if (this.#log.hasOlder || this.isFilling) this.#loadBeyond(oldest);
	}

	loadNewer(): void {
		const last = this.#log.messages.at(-1);
		if (last && this.#log.hasNewer) this.#loadBeyond(last);
	}

	/** Makes the loaded stretch the one that ends with the newest message. */
	showNewest(): void {
		if (!this.#log.hasNewer || this.#newest.messages.length === 0) return;
		this.#endPages();
		this.#prepends = false;
		this.#log = this.#newest;
	}

	/** Resolves once the line above the first unread message is among the rows. */
	async showUnread(): Promise<void> {
		const first = this.#firstUnread;
		if (!first || this.#log.messages.some(({ id }) => id === first.id)) return;
		await this.#showAround(first.order);
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
			this.#firstUnread ??= findFirstUnread(this.#log.messages, Math.max(this.#marked, this.#seen));
			this.#markRead();
		}
	}

	/** One's own message answers what stood below the line. */
	clearUnreadLine(): void {
		this.#firstUnread = null;
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
		const isFar = detail.unread > MOST_AT_OPENING;
		this.#ends.push(
			this.#engine.watch(
				'messages',
				{ conversation: this.#id, around: 'newest', count: PAGE + (isFar ? 0 : detail.unread) },
				(window) => {
					this.#newest = window;
					if (isFar && !this.#isLoaded) return;
					this.#prepends = false;
					this.#log = takeNewest(this.#log, window);
					this.#drawLine(detail);
				}
			)
		);
		if (isFar) void this.#showAround(detail.readUpTo).then(() => this.#drawLine(detail));
	}

	/** Once, when the first messages are there. */
	#drawLine({ unread, readUpTo }: ConversationDetail): void {
		if (this.#isLoaded) return;
		this.#isLoaded = true;
		if (unread === 0) return;
		// Where many lines of other kinds follow the last that was read, the line stands above these.
		this.#firstUnread =
			findFirstUnread(this.#log.messages, readUpTo) ??
			this.#log.messages.find(({ seq }) => seq !== null && seq > readUpTo) ??
			null;
	}

	#loadBeyond(edge: MessageView): void {
		if (this.#asked.has(edge.id)) return;
		this.#asked.add(edge.id);
		for (const { end } of this.#pages.filter(({ waits }) => !waits)) end();
		this.#pages = this.#pages.filter(({ waits }) => waits);
		this.#watchPage(edge.order, (window) => {
			const before = this.#log.messages[0]?.id;
			const next = takePage(this.#log, window);
			this.#prepends = next.messages[0]?.id !== before;
			this.#log = next;
		});
	}

	/** Replaces the loaded stretch; resolves once that is done. */
	#showAround(order: number): Promise<void> {
		this.#endPages();
		return new Promise((resolve) => {
			let isFirst = true;
			this.#watchPage(order, (window) => {
				this.#prepends = false;
				this.#log = isFirst ? window : takePage(this.#log, window);
				isFirst = false;
				resolve();
			});
		});
	}

	#watchPage(around: number, take: (window: MessageWindow) => void): void {
		const page = { waits: true, end: () => undefined as void };
		this.#pages.push(page);
		page.end = this.#engine.watch(
			'messages',
			{ conversation: this.#id, around, count: 2 * PAGE },
			(window) => {
				page.waits = window.messages.some(({ kind }) => kind === 'pending');
				take(window);
			}
		);
	}

	#endPages(): void {
		for (const { end } of this.#pages.splice(0)) end();
		this.#asked.clear();
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
