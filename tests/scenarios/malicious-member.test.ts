/** What a member with a client of their own can do to a group: speak in it, and nothing more. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Views } from '#core/engine/api.ts';
import type { Transport } from '#core/sync/transport.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { withMadeUpKeys } from '#tests/fixtures/made-up-keys.ts';
import { junk, junkBundle } from '#tests/fixtures/saboteur.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let mallory: Colleague;
let trudy: Colleague;
let group: string;

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	mallory = await joinColleague(alice, 'Mallory', { wrap: withMadeUpKeys });
	trudy = await joinColleague(alice, 'Trudy', { wrap: withMadeUpKeys });
	const people = await Promise.all(['Bob', 'Mallory', 'Trudy'].map((name) => alice.find(name)));
	const profile = { title: 'Winterdienst', picture: null };
	({ conversation: group } = await alice.call('createGroup', { people, profile }));
	for (const member of [bob, mallory, trudy]) {
		await member.until('conversation', { id: group }, (value) => value?.members.length === 4);
	}
});
afterAll(async () => {
	await Promise.all([alice, bob, mallory, trudy].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a made-up key', () => {
	it('of one member stops nobody, and is not taken for more than a message that can not be read', async () => {
		await mallory.write(group, 'Das kann niemand lesen');
		await mallory.untilSent();
		await alice.write(group, 'Streugut ist da');
		await bob.untilText(group, 'Streugut ist da');
		await bob.write(group, 'Wir fahren los');
		await alice.untilText(group, 'Wir fahren los');
		for (const member of [alice, bob]) {
			expect(await member.texts(group)).toEqual(['Streugut ist da', 'Wir fahren los']);
			const kinds = (await member.messages(group)).map(({ kind }) => kind);
			expect(kinds.filter((kind) => kind === 'closed')).toHaveLength(1);
			expect((await member.until('status', undefined, () => true)).problem).toBeNull();
		}
	});

	it('of two leads to new keys for all, and the others go on', async () => {
		const input = { conversation: group, around: 'newest' as const, count: 100 };
		await mallory.write(group, 'Das kann wieder niemand lesen');
		await trudy.write(group, 'Das auch nicht');
		for (const member of [mallory, trudy]) await member.untilSent();
		await bob.until(
			'messages',
			input,
			({ messages }) => messages.filter(({ kind }) => kind === 'closed').length === 3
		);
		await bob.write(group, 'Straße ist frei');
		await alice.untilText(group, 'Straße ist frei');
		await alice.write(group, 'Danke');
		await bob.untilText(group, 'Danke');
		for (const member of [alice, bob])
			expect((await member.until('status', undefined, () => true)).problem).toBeNull();
	});

	it('of two that comes back with new keys may be two halves of a group, and stops it', async () => {
		// Until he has seen both again under the new keys, his own words go out.
		const input = { conversation: group, around: 'newest' as const, count: 10 };
		let state: string | null | undefined;
		while (state !== 'refused') {
			await mallory.write(group, 'Noch einmal');
			await trudy.write(group, 'Und noch einmal');
			const { id } = await bob.write(group, 'Hört mich jemand?');
			const find = ({ messages }: Views['messages']['output']) =>
				messages.find((message) => message.id === id && message.state !== 'waiting');
			state = find(await bob.until('messages', input, (view) => find(view) !== undefined))?.state;
		}
		expect(await bob.texts(group)).not.toContain('Das auch nicht');
		await bob.until('status', undefined, ({ problem }) => problem === 'conflict');
	});
});

describe('junk', () => {
	it('in the place of a conversation keeps nobody from the others, nor from catching up', async () => {
		let raw: Transport | undefined;
		const craig = await joinColleague(alice, 'Craig', {
			wrap: (transport) => (raw = transport)
		});
		const person = await bob.me();
		const [device] = (await raw?.devices.claimKeyPackages({ people: [person] })) ?? [];
		if (!raw || !device) throw new Error('Bob has no key package');
		const shared = { people: [person], devices: [device.device] };
		for (const kind of ['group', 'direct'] as const) {
			const welcome = junk(300);
			const bundle = { ...junkBundle(), welcome };
			await raw.conversations.create({ conversation: uuidV4(), kind, ...shared, ...bundle });
		}
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Vorher');
		await bob.untilText(chat, 'Vorher');
		await bob.leaveApp();
		await alice.write(chat, 'Währenddessen');
		await bob.openApp();
		await bob.untilText(chat, 'Währenddessen');
		await bob.until('status', undefined, ({ caughtUp }) => caughtUp);
		await craig.leaveApp();
	});

	it('in the place of key packages leaves out whoever left it, and nobody else', async () => {
		const oscar = await joinColleague(alice, 'Oscar', {
			wrap: (inner) => ({
				...inner,
				devices: {
					...inner.devices,
					publishKeyPackages: ({ packages }) =>
						inner.devices.publishKeyPackages({
							packages: packages.map(() => junk(300)),
							lastResort: junk(300)
						})
				}
			})
		});
		const people = await Promise.all(['Bob', 'Oscar'].map((name) => alice.find(name)));
		const profile = { title: 'Hallenbad', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await alice.write(conversation, 'Das Wasser ist warm');
		await bob.untilText(conversation, 'Das Wasser ist warm');
		await oscar.leaveApp();
	});
});
