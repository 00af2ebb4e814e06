/** A server that lies to a new device about what was written before: it is shown nothing that nobody wrote. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { sealEpochKey } from '#core/protocol/account/shared-secrets.ts';
import { issueCertificate, readCertificate } from '#core/protocol/certificate.ts';
import { epochKeyFrom } from '#core/protocol/epoch-key.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const TEXTS = ['Eins', 'Zwei', 'Drei', 'Vier'];

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let chat: string;
let phone: Colleague | undefined;

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	chat = await alice.chatWith('Bob');
	await alice.write(chat, 'Eins');
	await bob.untilText(chat, 'Eins');
	for (const [index, text] of TEXTS.entries()) {
		if (index === 0) continue;
		const [by, other] = index % 2 === 1 ? [bob, alice] : [alice, bob];
		await by.write(chat, text);
		await other.untilText(chat, text);
	}
});
afterEach(async () => {
	if (!phone) return;
	const { device } = await phone.until('status', undefined, () => true);
	await phone.leaveApp();
	await alice.call('revokeDevice', { id: device.id });
});
afterAll(async () => {
	await alice?.leaveApp();
	await bob?.leaveApp();
	await server?.close();
});

type Lies = Partial<{
	read: (entries: LogEntry[]) => LogEntry[];
	keys: (
		keys: Awaited<ReturnType<Transport['account']['keys']>>
	) => Promise<typeof keys> | typeof keys;
	certificates: (
		page: Awaited<ReturnType<Transport['conversations']['certificates']>>
	) => Promise<typeof page>;
}>;

/** A new device of Alice's that is told lies about what was before. */
async function deceived(lies: Lies): Promise<Colleague> {
	phone = await alice.addDevice(undefined, (transport) => ({
		...transport,
		account: {
			...transport.account,
			async keys(input) {
				const keys = await transport.account.keys(input);
				return lies.keys ? lies.keys(keys) : keys;
			}
		},
		conversations: {
			...transport.conversations,
			async read(input) {
				const page = await transport.conversations.read(input);
				if (input.before === undefined || !lies.read) return page;
				return { ...page, entries: lies.read(page.entries) };
			},
			async certificates(input) {
				const page = await transport.conversations.certificates(input);
				return lies.certificates ? lies.certificates(page) : page;
			}
		}
	}));
	return phone;
}

const complete = (device: Colleague) =>
	device.until('history', undefined, ({ isComplete, total }) => isComplete && total > 0);

const at = (entries: LogEntry[], index: number): LogEntry => {
	const entry = entries.filter(({ kind }) => kind === 'message')[index];
	if (!entry) throw new Error('no such message');
	return entry;
};

describe('a server that lies about the history', () => {
	it('makes nobody’s words of a certificate that the person’s key has not signed', async () => {
		const bobId = await bob.me();
		const forger = await generateSigningKeys();
		const device = await deceived({
			async certificates(page) {
				const certificates = await Promise.all(
					page.certificates.map(async (each) => {
						if (each.person !== bobId) return each;
						const claims = readCertificate(fromBase64url(each.certificate));
						return { ...each, certificate: toBase64url(await issueCertificate(claims, forger)) };
					})
				);
				return { ...page, certificates };
			}
		});
		await complete(device);
		await expect.poll(() => device.texts(chat)).toEqual(['Eins', 'Drei']);
		const kinds = (await device.messages(chat)).map(({ kind }) => kind);
		expect(kinds.filter((kind) => kind === 'closed')).toHaveLength(2);
	});

	it('passes off no message as another’s, at another place, or twice', async () => {
		const aliceId = await alice.me();
		const device = await deceived({
			read: (entries) => {
				const [two, four] = [at(entries, 1), at(entries, 3)];
				return entries.map((entry) => {
					if (entry === two) return { ...entry, person: aliceId };
					// The second of Bob's in the place of the first, under its own id.
					return entry === at(entries, 2) ? { ...four, seq: entry.seq } : entry;
				});
			}
		});
		await complete(device);
		const messages = await device.messages(chat);
		expect(messages.filter(({ text }) => text === 'Zwei')).toEqual([]);
		expect(messages.filter(({ text }) => text === 'Vier')).toHaveLength(1);
		expect(messages.every(({ author, text }) => text !== 'Vier' || author !== aliceId)).toBe(true);
	});

	it('gets in no key of its own; what it keeps back is opened once it comes', async () => {
		let isKeptBack = true;
		const madeUp = new Set<string>();
		const device = await deceived({
			keys: (keys) => {
				if (!isKeptBack) return keys;
				return keys.map((each) => {
					const made = epochKeyFrom(each.conversation, each.epoch, randomBytes(32));
					const sealed = sealEpochKey({ generation: each.generation, key: randomBytes(32) }, made);
					const kid = toBase64url(made.kid);
					madeUp.add(kid);
					return { ...each, kid, body: toBase64url(sealed) };
				});
			}
		});
		await complete(device);
		const waiting = await device.messages(chat);
		expect(waiting.map(({ kind }) => kind)).toEqual(TEXTS.map(() => 'pending'));
		// Its own it may have, also of more than one epoch: the device from before is taken out in the background.
		const kept = await device.withStore(({ read }) => read.epochKeys.toArray());
		expect(madeUp.size).toBeGreaterThan(0);
		expect(kept.filter(({ kid }) => madeUp.has(toBase64url(kid)))).toEqual([]);
		isKeptBack = false;
		// Any news among the person's devices is a reason to look once more.
		await alice.call('saveDraft', { conversation: chat, text: 'Neues' });
		const input = { conversation: chat, around: 'newest' as const, count: 50 };
		await device.until(
			'messages',
			input,
			({ messages }) => messages.every(({ kind }) => kind === 'text'),
			100_000
		);
		await expect.poll(() => device.texts(chat)).toEqual(TEXTS);
		await alice.call('saveDraft', { conversation: chat, text: '' });
	});

	it('is not followed into a page with a hole, or into another conversation', async () => {
		let isLying = true;
		const device = await deceived({
			read: (entries) => (isLying ? entries.filter((entry) => entry !== at(entries, 1)) : entries)
		});
		await device.until('status', undefined, ({ caughtUp }) => caughtUp);
		await device.until('history', undefined, ({ total }) => total > 0);
		await device.until('conversation', { id: chat }, (detail) => detail?.active === true);
		await expect.poll(() => device.texts(chat)).toEqual([]);
		isLying = false;
		await device.openApp();
		await complete(device);
		await expect.poll(() => device.texts(chat)).toEqual(TEXTS);
	});
});
