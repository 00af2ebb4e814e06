import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import type { Commit } from '#tests/fixtures/spoiler.ts';
import { Spoiler } from '#tests/fixtures/spoiler.ts';

const SPOILT = {
	'does not get the bytes of': ({ commit }: Commit) => ({
		commit: commit.slice(0, -8 - (commit.length % 4))
	}),
	'is told other devices than are in': () => ({ devices: { add: [], remove: [] } }),
	'is told another author than that of': () => ({ device: '00000000-0000-4000-8000-000000000000' })
};

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
let dora: Colleague;
const spoiler = new Spoiler();

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: (transport) => spoiler.wrap(transport) });
	charlie = await joinColleague(alice, 'Charlie');
	dora = await joinColleague(alice, 'Dora');
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie, dora].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a device that can not follow its group', () => {
	it.each(Object.entries(SPOILT))(
		'since it %s a commit comes back by itself, says nothing of an error, and misses nothing from then on',
		async (_name, how) => {
			// Dora follows: else it would be Bob's word against Alice's.
			const people = await Promise.all(['Bob', 'Charlie', 'Dora'].map((name) => alice.find(name)));
			const profile = { title: 'Feuerwehr', picture: null };
			const { conversation } = await alice.call('createGroup', { people, profile });
			await alice.write(conversation, 'Vorher');
			await bob.untilText(conversation, 'Vorher');
			const { count } = spoiler;
			spoiler.how = how;
			await alice.call('removePerson', { conversation, person: people[1] ?? '' });
			await expect.poll(() => spoiler.count).toBeGreaterThan(count);
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
			await bob.untilText(conversation, 'Während');

			const kinds = (await bob.messages(conversation)).map(({ kind, text }) => text || kind);
			expect(kinds.filter((kind) => kind !== 'event')).toEqual([
				'Vorher',
				'Während',
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
