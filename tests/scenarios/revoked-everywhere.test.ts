/** A device that is revoked is out of every group before anybody's next message there, and opens none of it with all it holds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogEntry } from '#shared/contract/conversations.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import type { BackupFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import { withAlteredEntries } from '#tests/fixtures/altered-entries.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const GROUPS = 12;
/** Milliseconds until a revoked device must hear nothing any more. */
const SOCKET_CLOSED_WITHIN = 5_000;

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let carol: Colleague;
/** As Carol has got to see them, live or by reading. */
const entries = new Map<string, LogEntry>();
let bobsLineEndedAt = 0;

const watching = (inner: Transport): Transport =>
	withAlteredEntries(inner, (entry) => {
		entries.set(entry.id, entry);
		return entry;
	});
const timing = (inner: Transport): Transport => ({
	...inner,
	live: (handlers) =>
		inner.live({
			...handlers,
			onError: (error) => {
				bobsLineEndedAt ||= Date.now();
				handlers.onError(error);
			}
		})
});

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: timing });
	carol = await joinColleague(alice, 'Carol', { wrap: watching });
});
afterAll(async () => {
	for (const person of [alice, bob, carol]) await person?.leaveApp();
	await server?.close();
});

test('in a dozen groups, whoever writes first, and however soon', async () => {
	const people = [await alice.find('Bob'), await alice.find('Carol')];
	const conversations: string[] = [];
	for (let index = 0; index < GROUPS; index++) {
		const profile = { title: `Gruppe ${index}`, picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await alice.write(conversation, `Vorher ${index}`);
		conversations.push(conversation);
	}
	for (const [index, conversation] of conversations.entries()) {
		await bob.untilText(conversation, `Vorher ${index}`);
		await carol.untilText(conversation, `Vorher ${index}`);
	}
	const [device] = await alice.call('listDevices', { person: people[0] ?? '' });
	const before = new Set(entries.keys());
	const logOf = (conversation: string): LogEntry[] =>
		[...entries.values()]
			.filter((entry) => entry.conversation === conversation && !before.has(entry.id))
			.toSorted((a, b) => a.seq - b.seq);

	const revokedAt = Date.now();
	await alice.call('revokeDevice', { id: device?.id ?? '' });
	// At once and by both, in turns: nobody waits for somebody else to take the device out.
	await Promise.all(
		conversations.map((conversation, index) =>
			(index % 2 === 0 ? alice : carol).write(conversation, `Nachher ${index}`)
		)
	);
	await bob.until('status', undefined, ({ problem }) => problem === 'device_revoked');
	// The answer to a call may have told him first.
	await expect.poll(() => bobsLineEndedAt).toBeGreaterThan(0);
	expect(bobsLineEndedAt - revokedAt).toBeLessThan(SOCKET_CLOSED_WITHIN);
	await expect(bob.call('listDevices', {})).rejects.toMatchObject({ code: 'device_revoked' });

	for (const [index, conversation] of conversations.entries()) {
		await alice.untilText(conversation, `Nachher ${index}`);
		await carol.untilText(conversation, `Nachher ${index}`);
		expect(await bob.texts(conversation)).toEqual([`Vorher ${index}`]);
	}

	// In the log of each group the device goes first, and what is written stands in an epoch after that.
	const held = new Set<string>();
	const ended = new Map<string, number>();
	await bob.withStore(async ({ read }) => {
		for (const { conversation, epoch, kid } of await read.epochKeys.toArray()) {
			held.add(toBase64url(kid));
			ended.set(conversation, Math.max(epoch, ended.get(conversation) ?? 0));
		}
	});
	expect(held.size).toBeGreaterThanOrEqual(GROUPS);
	for (const conversation of conversations) {
		// What she has sent herself she knows, and shows, before it has come.
		await expect
			.poll(() => logOf(conversation).map(({ kind }) => kind))
			.toEqual(expect.arrayContaining(['commit', 'message']));
		const log = logOf(conversation);
		const first = log.findIndex(({ kind }) => kind === 'message');
		const commits = log.slice(0, first).filter(({ kind }) => kind === 'commit');
		expect(commits.length).toBeGreaterThan(0);
		for (const entry of log.slice(first)) {
			if (entry.kind !== 'message') continue;
			const header = readHeader(fromBase64url(entry.envelope));
			expect(held.has(toBase64url(header.kid))).toBe(false);
			expect(header.epoch).toBeGreaterThan(ended.get(conversation) ?? Infinity);
		}
	}
});

test('of a person who has others, and these go on under a backup key that it never had', async () => {
	const dora = await joinColleague(alice, 'Dora');
	const lost = await dora.addDevice();
	const backupOf = (colleague: Colleague) =>
		colleague.withStore(async ({ read }) => (await read.facts.get('backup')) as BackupFact);
	const chat = await dora.chatWith('Alice');
	await dora.write(chat, 'Mit beiden');
	await lost.untilText(chat, 'Mit beiden');
	await expect
		.poll(async () => (await backupOf(lost))?.generations)
		.toEqual((await backupOf(dora)).generations);
	const before = await backupOf(dora);

	const { device } = await lost.until('status', undefined, () => true);
	await dora.call('revokeDevice', { id: device.id });
	await lost.until('status', undefined, ({ problem }) => problem === 'device_revoked');
	await dora.write(chat, 'Ohne das verlorene');
	await alice.untilText(chat, 'Ohne das verlorene');
	await expect
		.poll(async () => (await backupOf(dora)).generations.length)
		.toBeGreaterThan(before.generations.length);
	const after = await backupOf(dora);
	expect((await backupOf(lost)).generations).toEqual(before.generations);
	expect(after.generations.slice(0, before.generations.length)).toEqual(before.generations);
	expect(await lost.texts(chat)).toEqual(['Mit beiden']);
	await lost.leaveApp();
	await dora.leaveApp();
});

test('of a group as well that nobody had taken it into yet, though it had the keys', async () => {
	const emil = await joinColleague(alice, 'Emil');
	const chat = await emil.chatWith('Alice');
	await emil.write(chat, 'Davor');
	await alice.untilText(chat, 'Davor');
	const never = () => Promise.reject(new DienstwegError('unavailable'));
	const lost = await emil.addDevice(undefined, (inner) => ({
		...inner,
		devices: { ...inner.devices, publishKeyPackages: () => Promise.resolve() },
		conversations: { ...inner.conversations, groupInfo: never, commit: never }
	}));
	await lost.untilText(chat, 'Davor');
	const known = await lost.withStore(({ read }) => read.epochKeys.toArray());
	const epochOf = async (colleague: Colleague) =>
		(await colleague.withStore(({ read }) => read.groups.get(chat)))?.epoch;
	const newest = Math.max(...known.map(({ epoch }) => epoch));
	expect(await epochOf(alice)).toBe(newest);

	const { device } = await lost.until('status', undefined, () => true);
	await lost.leaveApp();
	await emil.call('revokeDevice', { id: device.id });
	await expect.poll(() => epochOf(alice)).toBeGreaterThan(newest);
	await alice.write(chat, 'Danach');
	await emil.untilText(chat, 'Danach');
	await emil.leaveApp();
});
