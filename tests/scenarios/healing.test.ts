import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

type Commit = Extract<LogEntry, { kind: 'commit' }>;

const SPOILT = {
	'does not get the bytes of': (entry: Commit) => ({ commit: entry.commit.slice(0, -8) }),
	'is told other devices than are in': () => ({ devices: { add: [], remove: [] } }),
	'is told another author than that of': () => ({ device: '00000000-0000-4000-8000-000000000000' })
};

/** Spoils commits on their way to one device, for as long as it is told how. */
class Spoiler {
	how: ((entry: Commit) => Partial<Commit>) | null = null;
	readonly #spoilt = new Map<string, Partial<Commit>>();

	#spoil(entry: LogEntry): LogEntry {
		if (entry.kind !== 'commit' || entry.external) return entry;
		if (this.how && !this.#spoilt.has(entry.id)) this.#spoilt.set(entry.id, this.how(entry));
		return { ...entry, ...this.#spoilt.get(entry.id) };
	}

	wrap(inner: Transport): Transport {
		return {
			...inner,
			conversations: {
				...inner.conversations,
				read: async (input) => {
					const page = await inner.conversations.read(input);
					return { ...page, entries: page.entries.map((entry) => this.#spoil(entry)) };
				}
			},
			live: (handlers) =>
				inner.live({
					...handlers,
					onEvent: (event) =>
						handlers.onEvent(
							event.type === 'entry' ? { ...event, entry: this.#spoil(event.entry) } : event
						)
				})
		};
	}
}

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
const spoiler = new Spoiler();

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: (transport) => spoiler.wrap(transport) });
	charlie = await joinColleague(alice, 'Charlie');
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a device that can not follow its group', () => {
	it.each(Object.entries(SPOILT))(
		'since it %s a commit comes back by itself, says nothing of an error, and misses nothing from then on',
		async (_name, how) => {
			const people = [await alice.find('Bob'), await alice.find('Charlie')];
			const profile = { title: 'Feuerwehr', picture: null };
			const { conversation } = await alice.call('createGroup', { people, profile });
			await alice.write(conversation, 'Vorher');
			await bob.untilText(conversation, 'Vorher');
			spoiler.how = how;
			await alice.call('removePerson', { conversation, person: people[1] ?? '' });
			spoiler.how = null;
			await alice.write(conversation, 'Während');

			const input = { conversation, around: 'newest' as const, count: 100 };
			await alice.until(
				'messages',
				input,
				({ messages }) => messages.at(-1)?.state === 'delivered'
			);
			await bob.write(conversation, 'Ich bin wieder da');
			await alice.untilText(conversation, 'Ich bin wieder da');
			await alice.write(conversation, 'Nachher');
			await bob.untilText(conversation, 'Nachher');

			const kinds = (await bob.messages(conversation)).map(({ kind, text }) => text || kind);
			expect(kinds.filter((kind) => kind !== 'event')).toEqual([
				'Vorher',
				'pending',
				'Ich bin wieder da',
				'Nachher'
			]);
			const status = await bob.until('status', undefined, () => true);
			expect(status.problem).toBeNull();
			const detail = await bob.until('conversation', { id: conversation }, () => true);
			expect(detail).toMatchObject({ title: 'Feuerwehr', active: true });
		}
	);
});
