/** What a server that has turned bad, or somebody on the line to it, can do to a conversation: nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationState, LogEntry } from '#shared/contract/conversations.ts';
import type { LiveEvent } from '#shared/contract/live.ts';
import type { Transport } from '#core/sync/transport.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { withAlteredEntries } from '#tests/fixtures/altered-entries.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

/** Stands between one engine and its server, sees all, and may change the log. */
class Meddler {
	readonly seen: LogEntry[] = [];
	#handlers: Parameters<Transport['live']>[0] | null = null;

	wrap(inner: Transport): Transport {
		const remember = (entry: LogEntry): LogEntry => {
			this.seen.push(entry);
			return entry;
		};
		return {
			...inner,
			conversations: {
				...inner.conversations,
				// Whoever makes entries up does not admit that the log has others.
				read: async ({ anchor: _anchor, ...range }) => {
					const page = await inner.conversations.read(range);
					page.entries.forEach(remember);
					return page;
				}
			},
			live: (handlers) => {
				this.#handlers = handlers;
				return inner.live({
					...handlers,
					onEvent: (event) => {
						if (event.type === 'entry') remember(event.entry);
						handlers.onEvent(event);
					}
				});
			}
		};
	}

	tell(event: LiveEvent): void {
		this.#handlers?.onEvent(event);
	}
}

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let chat: string;
const meddler = new Meddler();

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: (transport) => meddler.wrap(transport) });
	chat = await alice.chatWith('Bob');
	await alice.write(chat, 'Das Original');
	await bob.untilText(chat, 'Das Original');
});
afterAll(async () => {
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const original = (): Extract<LogEntry, { kind: 'message' }> => {
	const entry = meddler.seen.find(({ kind }) => kind === 'message');
	if (entry?.kind !== 'message') throw new Error('No message went by');
	return entry;
};

/** Tells Bob of an entry at the end of his log, and waits until he has dealt with it. */
async function insert(
	change: (entry: Extract<LogEntry, { kind: 'message' }>) => object,
	head: number
) {
	const entry = { ...original(), ...change(original()), seq: head + 1 };
	meddler.tell({ type: 'entry', entry });
	// The engine deals with one conversation's entries in order: what comes of a second one shows the first is done.
	await bob.call('markRead', { conversation: chat, seq: 0 });
}

describe('a dishonest server', () => {
	it('can not show a message a second time', async () => {
		await insert(() => ({}), 2);
		await insert(() => ({ id: '01990000-0000-7000-8000-000000000001' }), 3);
		expect(await bob.texts(chat)).toEqual(['Das Original']);
	});

	it('can not change, re-address or date back a message', async () => {
		const flipped = ({ envelope }: { envelope: string }, at: number) => {
			const bytes = fromBase64url(envelope);
			bytes[at] = (bytes[at] ?? 0) ^ 1;
			return { envelope: toBase64url(bytes) };
		};
		const { envelope } = original();
		const { length } = fromBase64url(envelope);
		for (const at of [0, 1, 18, 42, 58, 74, 97, 110, 137, 140, 180, 210, length - 1])
			await insert((entry) => flipped(entry, at), 4);
		await insert(() => ({ person: '00000000-0000-4000-8000-000000000000' }), 5);
		await insert(() => ({ device: '00000000-0000-4000-8000-000000000000' }), 6);
		await insert(() => ({ epoch: 0 }), 7);
		expect(await bob.texts(chat)).toEqual(['Das Original']);
		const shown = await bob.messages(chat);
		expect(shown).toHaveLength(1);
	});

	it('can not lead two halves of a group apart unseen: a second key for an epoch stops and is reported', async () => {
		const otherKeyOf = ({ envelope }: { envelope: string }): string => {
			const bytes = fromBase64url(envelope);
			bytes[30] = (bytes[30] ?? 0) ^ 1;
			return toBase64url(bytes);
		};
		for (let head = 2; head < 20; head++)
			await insert((entry) => ({ envelope: otherKeyOf(entry) }), head);
		// At first, he comes in anew, after which both should have one key.
		await expect
			.poll(() => meddler.seen.some((entry) => entry.kind === 'commit' && entry.external))
			.toBe(true);
		await alice.write(chat, 'Mit neuem Schlüssel');
		const findLater = () =>
			meddler.seen.findLast(({ kind, epoch }) => kind === 'message' && epoch === 2);
		await expect.poll(findLater).toBeDefined();
		const later = findLater();
		if (later?.kind !== 'message') throw new Error('No message went by');
		for (let head = 2; head < 25; head++)
			await insert(() => ({ ...later, envelope: otherKeyOf(later) }), head);
		await bob.until('status', undefined, ({ problem }) => problem === 'conflict');
		const { id } = await bob.write(chat, 'Das geht an niemanden');
		const input = { conversation: chat, around: 'newest' as const, count: 10 };
		const { messages } = await bob.until('messages', input, (window) =>
			window.messages.some((message) => message.id === id && message.state === 'refused')
		);
		expect(messages.at(-1)).toMatchObject({ state: 'refused', error: 'conflict' });
	});

	it('can not hide that somebody came into a group', async () => {
		const disguise = <E extends LogEntry>(entry: E): E =>
			entry.kind === 'commit' ? { ...entry, external: true } : entry;
		const carl = await joinColleague(alice, 'Carl', {
			wrap: (inner) => withAlteredEntries(inner, disguise)
		});
		const dora = await joinColleague(alice, 'Dora');
		const profile = { title: 'Bauhof', picture: null };
		const people = [await alice.find('Carl')];
		const { conversation } = await alice.call('createGroup', { people, profile });
		await carl.until('conversation', { id: conversation }, (value) => value !== null);
		await alice.call('addPeople', { conversation, people: [await alice.find('Dora')] });
		const input = { conversation, around: 'newest' as const, count: 10 };
		const added = { type: 'added', by: await alice.me(), people: [await dora.me()] };
		await carl.until('messages', input, ({ messages }) =>
			messages.some(({ event }) => JSON.stringify(event) === JSON.stringify(added))
		);
		await Promise.all([carl.leaveApp(), dora.leaveApp()]);
	});

	it('can not keep a message back unnoticed: the next one of its author tells', async () => {
		const swap = { first: null as LogEntry | null, held: 0 };
		/** Lets the first message through and gives it again in place of the second. */
		const holdBack = (entry: LogEntry): LogEntry => {
			if (entry.kind !== 'message') return entry;
			swap.first ??= entry;
			if (entry.id === swap.first.id) return entry;
			swap.held ||= entry.seq;
			return entry.seq === swap.held ? { ...swap.first, seq: entry.seq } : entry;
		};
		const erna = await joinColleague(alice, 'Erna', {
			wrap: (inner) => withAlteredEntries(inner, holdBack)
		});
		const withErna = await alice.chatWith('Erna');
		const texts = ['Kommen Sie um acht', 'Doch erst um neun', 'Bis dann'];
		for (const text of texts) {
			await alice.write(withErna, text);
			await alice.untilSent();
		}
		await erna.untilText(withErna, 'Bis dann');
		const shown = (await erna.messages(withErna)).map(({ text, event }) => event?.type ?? text);
		expect(shown).toEqual([texts[0], 'missing', texts[2]]);
		expect((await alice.messages(withErna)).map(({ text }) => text)).toEqual(texts);
		await erna.leaveApp();
	});

	it('can not hide somebody who reads along: nothing is written for whom the list does not show', async () => {
		const hidden: string[] = [];
		const hide = (state: ConversationState): ConversationState => ({
			...state,
			revision: state.revision + 1,
			members: state.members.filter(({ person }) => !hidden.includes(person))
		});
		const fritz = await joinColleague(alice, 'Fritz', {
			wrap: (inner) => ({
				...inner,
				conversations: {
					...inner.conversations,
					overview: async () => (await inner.conversations.overview()).map(hide)
				},
				live: ({ onEvent, ...handlers }) =>
					inner.live({
						...handlers,
						onEvent: (event) =>
							onEvent(
								event.type === 'conversation' ? { ...event, state: hide(event.state) } : event
							)
					})
			})
		});
		const gerda = await joinColleague(alice, 'Gerda');
		const profile = { title: 'Personalrat', picture: null };
		const people = [await fritz.find('Alice'), await fritz.find('Gerda')];
		const { conversation } = await fritz.call('createGroup', { people, profile });
		await fritz.write(conversation, 'Für alle drei');
		for (const reader of [alice, gerda]) await reader.untilText(conversation, 'Für alle drei');
		hidden.push(await gerda.me());
		await fritz.leaveApp();
		await fritz.openApp();
		await fritz.until('conversation', { id: conversation }, (value) => value?.members.length === 2);
		// An honest server lets nobody take out a member in passing, so it stays unsent.
		const { id } = await fritz.write(conversation, 'Nur für Alice');
		const input = { conversation, around: 'newest' as const, count: 10 };
		await fritz.until('messages', input, ({ messages }) =>
			messages.some((message) => message.id === id && message.state === 'refused')
		);
		for (const reader of [alice, gerda])
			expect(await reader.texts(conversation)).toEqual(['Für alle drei']);
		await Promise.all([fritz.leaveApp(), gerda.leaveApp()]);
	});
});
