/**
 * Messages that were changed on their way: each is whole but for a few bits, so that nothing but what seals it
 * can tell. They come in as all messages do, and leave nothing behind but that something was there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '#shared/contract/conversations.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { HEADER_BYTES } from '#core/protocol/envelope-header.ts';
import type { Store } from '#core/store/database.ts';
import { withAlteredEntries } from '#tests/fixtures/altered-entries.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

/** Place of the name of the key, in the header. */
const KID = { from: 26, to: 42 };

type Mutation = (envelope: Uint8Array) => Uint8Array;
/** Messages that wait together. */
const AT_ONCE = 20;
const TEXT = 'Das Freibad öffnet am Samstag um neun';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let carol: Colleague;
let group: string;
/** What is done to the next messages on their way to Bob, one after the other; what was done to one stays. */
let ways: Mutation[] = [];
const mutated = new Map<string, string>();

const alter = (entry: LogEntry): LogEntry => {
	if (entry.kind !== 'message') return entry;
	const way = mutated.has(entry.id) ? undefined : ways.shift();
	if (way) mutated.set(entry.id, toBase64url(way(fromBase64url(entry.envelope))));
	return { ...entry, envelope: mutated.get(entry.id) ?? entry.envelope };
};

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '100' } });
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: (inner) => withAlteredEntries(inner, alter) });
	carol = await joinColleague(alice, 'Carol');
	const people = await Promise.all(['Bob', 'Carol'].map((name) => alice.find(name)));
	const profile = { title: 'Hallenbad', picture: null };
	({ conversation: group } = await alice.call('createGroup', { people, profile }));
	for (const one of [alice, carol]) {
		await one.until('conversation', { id: group }, (value) => value?.members.length === 3);
		await one.write(group, `Vorher, von ${one.name}`);
		await bob.untilText(group, `Vorher, von ${one.name}`);
	}
});
afterAll(async () => {
	await Promise.all([alice, bob, carol].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

/** Every record of every table. */
async function everything({ read }: Store) {
	const tables = Object.entries(read) as [keyof Store['read'], { toArray(): Promise<unknown[]> }][];
	const rows = tables.map(async ([name, table]) => [name, await table.toArray()] as const);
	return Object.fromEntries(await Promise.all(rows)) as Record<keyof Store['read'], unknown[]>;
}

const conversationOf = (store: Store) => store.read.conversations.get(group);

/** Bob's store once he has applied everything that the others sent. */
async function settled(): Promise<Everything> {
	await alice.untilSent();
	const { serverHead } = await alice.withStore(async (store) => {
		const found = await conversationOf(store);
		if (!found) throw new Error('Alice has no such conversation');
		return found;
	});
	await expect
		.poll(() => bob.withStore(conversationOf))
		.toMatchObject({ head: serverHead, serverHead });
	return atRest();
}

/** Looks in a row that find the same: what Bob's devices share, and the log of devices, are exchanged beside. */
const SAME = 15;

/** Bob's store once nothing in it changes any more. */
async function atRest(): Promise<Everything> {
	let seen = { text: '', times: 0 };
	const look = async (): Promise<number> => {
		const text = JSON.stringify(await bob.withStore(everything));
		seen = { text, times: text === seen.text ? seen.times + 1 : 0 };
		return seen.times;
	};
	await expect.poll(look, { interval: 100, timeout: 60_000 }).toBeGreaterThan(SAME);
	return bob.withStore(everything);
}

/** Has Alice write as often as there are ways to change what she writes. */
async function writeMutated(all: Mutation[]): Promise<void> {
	for (let from = 0; from < all.length; from += AT_ONCE) {
		ways = all.slice(from, from + AT_ONCE);
		for (const _ of ways.slice()) await alice.write(group, TEXT);
		await alice.untilSent();
		await expect.poll(() => ways).toEqual([]);
	}
}

const flip =
	(at: number): Mutation =>
	(envelope) =>
		envelope.map((byte, index) => (index === at ? byte ^ (1 << (at & 7)) : byte));

function overwrite(random: () => number): Mutation {
	return (envelope) => {
		const changed = envelope.slice();
		const at = KID.to + Math.floor(random() * (envelope.length - KID.to - 16));
		for (let index = at; index < at + 16; index++) changed[index] = Math.floor(random() * 256);
		return changed;
	};
}

type Everything = Awaited<ReturnType<typeof everything>>;
type Row = Record<string, unknown>;
const without = (row: Row, names: string[]): Row =>
	Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

/**
 * All but what says how far the log was read: its last entry, up to where others have it, and hashes of what was
 * passed over, which the next message of the device may name as its last.
 */
const beyondPlaces = (all: Everything) => ({
	...all,
	chains: all.chains.map((row) => without(row as Row, ['passed'])),
	conversations: all.conversations.map((row) => ({
		...without(row as Row, ['head', 'serverHead', 'anchor']),
		members: (row as { members: Row[] }).members.map((one) => without(one, ['delivered']))
	}))
});

describe('a message that was changed on its way', () => {
	it('leaves nothing behind but its place in the log, wherever it was changed', async () => {
		const before = await settled();
		const random = seededRandom(20_261_124);
		const header = Array.from({ length: HEADER_BYTES }, (_, at) => at);
		const sealed = Array.from({ length: 50 }, (_, index) => HEADER_BYTES + 4 * index);
		const lengths = [1, 2, 16, 17, 32, 64, 100, 137, 138, 139, 170, 202, 218, 219, 250];
		await writeMutated([
			...header.filter((at) => at < KID.from || at >= KID.to).map(flip),
			...sealed.map(flip),
			...Array.from({ length: 40 }, () => overwrite(random)),
			...lengths.map(
				(length): Mutation =>
					(envelope) =>
						envelope.subarray(0, length)
			),
			...lengths.map(
				(length): Mutation =>
					(envelope) =>
						envelope.subarray(0, -length)
			),
			...lengths.map(
				(length): Mutation =>
					(all) =>
						Uint8Array.of(...all, ...all.slice(-length))
			),
			() => new Uint8Array()
		]);
		const after = await settled();
		expect(mutated.size).toBeGreaterThan(250);
		expect(beyondPlaces(after)).toEqual(beyondPlaces(before));
	});

	it('so that it names another key is told as one that can not be read, and nothing of it is kept', async () => {
		const before = await settled();
		const names = Array.from({ length: KID.to - KID.from }, (_, index) => KID.from + index);
		await writeMutated(names.map(flip));
		const after = await settled();

		const marks = after.messages.slice(before.messages.length) as Row[];
		const author = await alice.me();
		const { epoch } = before.messages.at(-1) as Row;
		const empty = { conversation: group, author, epoch, kind: 'closed' };
		expect(marks.map((mark) => without(mark, ['order', 'id', 'at']))).toEqual(
			names.map(() => ({ ...empty, text: '', event: null, envelope: null }))
		);
		const [was] = before.conversations as Row[];
		const last = { ...without(marks.at(-1) ?? {}, ['order', 'conversation', 'envelope', 'epoch']) };
		const expected = {
			...before,
			messages: [...before.messages, ...marks],
			conversations: [
				{
					...was,
					unread: Number(was?.unread) + names.length,
					last: { ...last, seq: marks.at(-1)?.order },
					activeAt: marks.at(-1)?.at,
					otherKey: { epoch, people: [author] }
				}
			]
		};
		expect(beyondPlaces(after)).toEqual(beyondPlaces(expected as Everything));
	});

	it('is told as missing by the next that came whole, which is shown', async () => {
		await alice.write(group, 'Das Freibad bleibt doch zu');
		await bob.untilText(group, 'Das Freibad bleibt doch zu');
		const shown = (await bob.messages(group)).filter(({ kind }) => kind !== 'closed').slice(-2);
		expect(shown.map(({ text, event }) => event?.type ?? text)).toEqual([
			'missing',
			'Das Freibad bleibt doch zu'
		]);
		expect((await bob.until('status', undefined, () => true)).problem).toBeNull();
	});
});
