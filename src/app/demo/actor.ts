/**
 * One colleague of the sample town, played by a headless engine with an account, a device and keys of its
 * own. Reads what arrives, as a person would, and answers visitors. Knows no scene.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ConversationSummary, Views } from '#core/engine/api.ts';
import type { Engine } from '#core/engine/engine.ts';
import { answerTo } from './talk.ts';
import type { Colleague } from './town.ts';

export class Actor {
	readonly colleague: Colleague;
	readonly engine: Engine;
	readonly #chance: () => number;
	readonly #answered = new Set<string>();
	/** Conversations that are about to be read. */
	readonly #reading = new Set<string>();
	readonly #isVisitor: (person: string) => boolean;

	constructor(
		colleague: Colleague,
		engine: Engine,
		chance: () => number,
		isVisitor: (person: string) => boolean
	) {
		this.colleague = colleague;
		this.engine = engine;
		this.#chance = chance;
		this.#isVisitor = isVisitor;
		engine.watch('conversations', undefined, (conversations) => {
			for (const conversation of conversations) {
				if (conversation.unread > 0 && !this.#reading.has(conversation.id)) {
					this.#reading.add(conversation.id);
					// What fails is read with the next message.
					this.#read(conversation)
						.catch(() => undefined)
						.finally(() => this.#reading.delete(conversation.id));
				}
			}
		});
	}

	/** The first value of a view. */
	now<Name extends keyof Views>(
		name: Name,
		input: Views[Name]['input']
	): Promise<Views[Name]['output']> {
		return new Promise((resolve) => {
			const stop = this.engine.watch(name, input, (value) => {
				resolve(value);
				queueMicrotask(() => stop());
			});
		});
	}

	/** Waits until this colleague's device knows the conversation. An empty direct chat is in no list yet. */
	knows(conversation: string): Promise<void> {
		return new Promise((resolve) => {
			const stop = this.engine.watch('conversation', { id: conversation }, (known) => {
				if (!known?.active) return;
				resolve();
				queueMicrotask(() => stop());
			});
		});
	}

	/** Types for a moment, `milliseconds` long, then sends. */
	async say(conversation: string, text: string, milliseconds: number): Promise<void> {
		await this.knows(conversation);
		if (milliseconds > 0) {
			await this.engine.call('setTyping', { conversation });
			await pause(milliseconds);
		}
		await this.engine.call('sendText', { conversation, text });
	}

	/** Reads after a moment; a visitor in a direct chat gets an answer. */
	async #read(conversation: ConversationSummary): Promise<void> {
		await pause(400 + this.#chance() * 3000);
		const { messages } = await this.now('messages', {
			conversation: conversation.id,
			around: 'newest',
			count: 1
		});
		const last = messages.at(-1);
		if (last?.seq == null) return;
		await this.engine.call('markRead', { conversation: conversation.id, seq: last.seq });
		const visitor = conversation.person !== null && this.#isVisitor(conversation.person.id);
		if (!visitor || last.mine || last.kind !== 'text' || this.#answered.has(last.id)) return;
		this.#answered.add(last.id);
		await this.say(
			conversation.id,
			answerTo(last.text, this.#chance),
			1200 + this.#chance() * 2500
		);
	}
}
