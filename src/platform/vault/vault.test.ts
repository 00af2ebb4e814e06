import { beforeEach, describe, expect, test } from 'vitest';
import { randomBytes } from '#core/crypto/random.ts';
import type { DienstwegError } from '#shared/contract/errors.ts';
import { CHEAP, codeOf, MemoryDisk } from '#tests/fixtures/memory-disk.ts';
import { MemoryUnlockServer } from '#tests/fixtures/unlock-server.ts';
import { statusOf } from './tries.ts';
import { Vault } from './vault.ts';
import { readHeader, readSlot, slotOffset } from './vault-image.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const PIN = '739164';
const PHRASE = 'vier alte Boote schlafen';

let disk: MemoryDisk;
let server: MemoryUnlockServer;
let now: number;
let vault: Vault;
beforeEach(() => {
	disk = new MemoryDisk();
	server = new MemoryUnlockServer();
	now = NOW;
	vault = new Vault({ disk, server, now: () => now, cost: CHEAP });
});

/** Joins; resolves with the key. */
async function joined(secret: string): Promise<Uint8Array> {
	const { key, settle } = await vault.make(secret);
	await vault.finish();
	const share = await settle();
	if (share) await server.bind(share);
	return key;
}

/** As the worker does: opens, then settles. */
async function opened(secret: string): Promise<Uint8Array> {
	const { key, settle } = await vault.open(secret);
	const share = await settle();
	if (share) await server.bind(share);
	return key;
}

const lockOf = () => {
	const status = statusOf(disk.image, now);
	if (status.stage !== 'finished') throw new Error(status.stage);
	return status.lock;
};

const image = () => disk.image ?? new Uint8Array();

describe.each([
	{ kind: 'a PIN, which the server has a part in', secret: PIN, other: '482057' },
	{ kind: 'a pass phrase', secret: PHRASE, other: 'neun rote Ziegel warten' }
])('under $kind', ({ secret, other }) => {
	test('the key that was made is the key that opens, and stands nowhere on the disk', async () => {
		const key = await joined(secret);
		expect(await opened(secret)).toEqual(key);
		expect(Buffer.from(image()).includes(Buffer.from(key))).toBe(false);
	});

	test('an unfinished joining goes on with the same secret and begins anew with another', async () => {
		const first = await vault.make(secret);
		expect(statusOf(disk.image, now)).toEqual({ stage: 'unfinished' });
		expect(await vault.make(secret)).toMatchObject({ key: first.key, fresh: false });
		const anew = await vault.make(other);
		expect(anew.fresh).toBe(true);
		expect(anew.key).not.toEqual(first.key);
	});

	test('a finished container is not overwritten by another joining', async () => {
		await joined(secret);
		expect(await codeOf(vault.make(secret))).toBe('conflict');
	});

	test('three wrong ones make it rest, and the right one is not taken either until then', async () => {
		await joined(secret);
		for (let wrong = 0; wrong < 3; wrong += 1) {
			expect(await codeOf(vault.open(other))).toBe('pin_wrong');
		}
		expect(lockOf().retryAt).toBe(NOW + 30_000);
		expect(await codeOf(vault.open(secret))).toBe('pin_wrong');
		now += 30_000;
		expect(await codeOf(opened(secret))).toBe('done');
		expect(readHeader(image())?.failures).toBe(0);
	});

	test.each([0, 1, 2, 3, 4, 5])(
		'a change that loses power at write %i leaves one that opens',
		async (writes) => {
			const key = await joined(secret);
			disk.writesLeft = writes;
			await vault.changePin(secret, other).catch(() => undefined);
			disk.writesLeft = Infinity;
			now += HOUR;
			const found = await Promise.any([secret, other].map((each) => opened(each)));
			expect(found).toEqual(key);
		}
	);

	test('after a change the old one opens nothing, and its slot is empty', async () => {
		const key = await joined(secret);
		await vault.changePin(secret, other);
		expect(readSlot(image(), 0)).toEqual([]);
		const old = image().subarray(slotOffset(0), slotOffset(1));
		expect(old.every((byte) => byte === 0)).toBe(true);
		expect(await codeOf(vault.open(secret))).toBe('pin_wrong');
		expect(await opened(other)).toEqual(key);
	});

	test('a passkey opens it beside the secret, without the server, until it is taken away', async () => {
		const key = await joined(secret);
		const place = { credential: randomBytes(64), salt: randomBytes(32) };
		const passkey = randomBytes(32);
		expect(await codeOf(vault.addPasskey(other, place, passkey))).toBe('pin_wrong');
		expect(lockOf().passkey).toBeNull();
		await vault.addPasskey(secret, place, passkey);
		expect(lockOf().passkey).toEqual(place);
		server.isReachable = false;
		expect((await vault.openByPasskey(passkey)).key).toEqual(key);
		expect(await codeOf(vault.openByPasskey(randomBytes(32)))).toBe('internal');
		server.isReachable = true;
		await vault.changePin(secret, other);
		expect((await vault.openByPasskey(passkey)).key).toEqual(key);
		await vault.removePasskey();
		expect(lockOf().passkey).toBeNull();
		expect(await codeOf(vault.openByPasskey(passkey))).toBe('internal');
		expect(await opened(other)).toEqual(key);
	});

	test('a passkey whose id is too long for the file changes nothing', async () => {
		const key = await joined(secret);
		const place = { credential: randomBytes(1000), salt: randomBytes(32) };
		await expect(vault.addPasskey(secret, place, randomBytes(32))).rejects.toThrow(RangeError);
		expect(await opened(secret)).toEqual(key);
	});
});

describe('a PIN', () => {
	test('is not tried without the server, and that counts nowhere', async () => {
		const key = await joined(PIN);
		server.isReachable = false;
		for (let at = 0; at < 5; at += 1) expect(await codeOf(vault.open(PIN))).toBe('unlock_offline');
		expect(lockOf()).toMatchObject({ triesLeft: 10, retryAt: 0, secret: 'pin' });
		server.isReachable = true;
		expect(await opened(PIN)).toEqual(key);
	});

	test('that is wrong ten times leaves nothing that opens, not for the right one either', async () => {
		await joined(PIN);
		const left: (number | undefined)[] = [];
		for (let at = 0; at < 9; at += 1) {
			await vault.open('000000').catch((error: DienstwegError) => {
				left.push(error.detail.triesLeft);
			});
			now += HOUR;
		}
		expect(left).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
		expect(await codeOf(vault.open('000000'))).toBe('share_destroyed');
		expect(statusOf(disk.image, now)).toEqual({ stage: 'destroyed' });
		expect(
			image()
				.subarray(slotOffset(0))
				.every((byte) => byte === 0)
		).toBe(true);
		expect(await codeOf(vault.open(PIN))).toBe('share_destroyed');
		expect(await codeOf(vault.make(PIN))).toBe('conflict');
	});

	test('that is right at the tenth try opens, and gets ten new ones', async () => {
		const key = await joined(PIN);
		for (const kept of server.shares.values()) kept.failures = 9;
		expect(await opened(PIN)).toEqual(key);
		expect(server.living).toBe(1);
		expect(await codeOf(vault.open('000000'))).toBe('pin_wrong');
		expect(lockOf().triesLeft).toBe(9);
		expect(await opened(PIN)).toEqual(key);
		expect(lockOf().triesLeft).toBe(10);
	});

	test('of a copied file shares its tries, and the copy ends with the original', async () => {
		await joined(PIN);
		const copy = new MemoryDisk();
		copy.image = image().slice();
		const thief = new Vault({ disk: copy, server, now: () => now, cost: CHEAP });
		for (let at = 0; at < 10; at += 1) {
			await codeOf(thief.open(String(at)));
			now += HOUR;
		}
		expect(await codeOf(vault.open(PIN))).toBe('share_destroyed');
	});

	test('opens even where the server never hears that it was right, up to its tenth time', async () => {
		const key = await joined(PIN);
		server.losesConfirmations = true;
		for (let at = 0; at < 12; at += 1) {
			expect(await opened(PIN)).toEqual(key);
			now += HOUR;
		}
	});

	test('that was changed leaves a copy of the old file with nothing to try', async () => {
		await joined(PIN);
		const copy = new MemoryDisk();
		copy.image = image().slice();
		const share = await vault.changePin(PIN, '482057');
		expect(share).not.toBeNull();
		if (share) await server.bind(share);
		expect(server.living).toBe(1);
		expect(await codeOf(new Vault({ disk: copy, server, cost: CHEAP }).open(PIN))).toBe(
			'share_destroyed'
		);
	});

	test('needs no try of its own where a phrase takes its place: the share ends', async () => {
		await joined(PIN);
		expect(await vault.changePin(PIN, PHRASE)).toBeNull();
		expect(server.living).toBe(0);
		server.isReachable = false;
		expect(await codeOf(opened(PHRASE))).toBe('done');
	});

	test('stands nowhere in what the server is told', async () => {
		const told: string[] = [];
		const { evaluate, register } = server;
		server.evaluate = (input) => (told.push(JSON.stringify(input)), evaluate(input));
		server.register = (input) => (told.push(JSON.stringify(input)), register(input));
		const key = Buffer.from(await joined(PIN));
		await opened(PIN);
		expect(told).toHaveLength(3);
		for (const text of told) {
			expect(text).not.toContain(PIN);
			expect(text).not.toContain(key.toString('base64url'));
		}
		// Blinded anew each time: two tries at one PIN look like two PINs.
		const [first, second] = told.slice(1).map((text) => (JSON.parse(text) as never)['blinded']);
		expect(first).not.toBe(second);
	});
});
