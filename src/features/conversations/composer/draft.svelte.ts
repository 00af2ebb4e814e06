/**
 * What a person is writing in one conversation: kept by the engine (sealed) soon after each change, so
 * that it survives a reload, and sent from here. Never keeps text anywhere in the browser itself.
 */
import type { EngineLink } from '#core/engine/api.ts';
import { MAX_TEXT_CHARACTERS, TYPING_MILLIS } from '#shared/contract/limits.ts';

const SAVE_AFTER_MILLIS = 400;
/** Repeated before the mark at the others ends. */
const TYPING_EVERY_MILLIS = TYPING_MILLIS - 2000;
/** How many characters before the limit it is said. */
const WARN_BEFORE = 500;

export class Draft {
	#engine: EngineLink;
	#conversation: string;
	#now: () => number;
	#text = $state('');
	#saved = '';
	/** Calls on their way that change what the engine keeps. */
	#changing = 0;
	/** What the engine kept before the last of them: views that were read before it still show that. */
	#outdated: string | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#typingAt = Number.NEGATIVE_INFINITY;

	constructor(engine: EngineLink, conversation: string, now: () => number = Date.now) {
		this.#engine = engine;
		this.#conversation = conversation;
		this.#now = now;
	}

	get text(): string {
		return this.#text;
	}

	/** Characters left; null while there are plenty. Negative when there are too many. */
	get left(): number | null {
		const left = MAX_TEXT_CHARACTERS - this.#text.length;
		return left < WARN_BEFORE ? left : null;
	}

	get canSend(): boolean {
		return this.#text.trim() !== '' && this.#text.length <= MAX_TEXT_CHARACTERS;
	}

	/** Takes over what the engine keeps; false when something newer is being written here. */
	adopt(text: string): boolean {
		if (text === this.#text) {
			this.#outdated = null;
			return false;
		}
		if (this.#timer !== undefined || this.#changing > 0 || text === this.#outdated) return false;
		this.#text = this.#saved = text;
		return true;
	}

	write(text: string): void {
		if (text === this.#text) return;
		this.#text = text;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.flush(), SAVE_AFTER_MILLIS);
		this.#tellTyping();
	}

	/** Saves now: the page may be about to go. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#saved === this.#text) return;
		const before = this.#saved;
		const text = this.#text;
		this.#saved = text;
		this.#change(before, 'saveDraft', text).catch(() => {
			// Locked meanwhile, or the disk is full: the next chance to save takes it along.
			if (this.#saved === text) this.#saved = before;
		});
	}

	/** Resolves when the message is safe in the outbox; on a failure the text is back. */
	async send(): Promise<void> {
		if (!this.canSend) return;
		const text = this.#text.replace(/^\s*\n|\s+$/gu, '');
		const before = this.#text;
		this.#text = '';
		this.#typingAt = Number.NEGATIVE_INFINITY;
		try {
			await this.#change(this.#saved, 'sendText', text);
			this.flush();
		} catch (error) {
			if (this.#text === '') this.#text = before;
			throw error;
		}
	}

	async #change(before: string, command: 'saveDraft' | 'sendText', text: string): Promise<void> {
		this.#outdated = before;
		this.#changing++;
		try {
			await this.#engine.call(command, { conversation: this.#conversation, text });
		} finally {
			this.#changing--;
		}
	}

	#tellTyping(): void {
		if (this.#text.trim() === '' || this.#now() - this.#typingAt < TYPING_EVERY_MILLIS) return;
		this.#typingAt = this.#now();
		// A mark that gets lost is made again at one of the next keys.
		this.#engine.call('setTyping', { conversation: this.#conversation }).catch(() => undefined);
	}
}
