import { beforeEach, describe, expect, test } from 'vitest';
import { randomBytes } from '#core/crypto/random.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { delayAfter } from '#shared/domain/unlock-tries.ts';
import { CHEAP, codeOf, MemoryDisk } from '#tests/fixtures/memory-disk.ts';
import { MemoryUnlockServer } from '#tests/fixtures/unlock-server.ts';
import { bindShare } from './bind-share.ts';
import { wrapWithPhrase } from './phrase-factor.ts';
import { statusOf } from './tries.ts';
import { Vault } from './vault.ts';
import { IMAGE_BYTES, readHeader, slotOffset, writeSlot } from './vault-image.ts';

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

describe('a pass phrase', () => {
	test('opens without the server, and no number of tries is told', async () => {
		const key = await joined(PHRASE);
		expect(server.shares.size).toBe(0);
		server.isReachable = false;
		expect(await opened(PHRASE)).toEqual(key);
		expect(lockOf()).toMatchObject({ triesLeft: null, secret: 'phrase' });
	});

	test('that is tried and cut off counts as a wrong one', async () => {
		await joined(PHRASE);
		disk.writesLeft = 1;
		expect(await codeOf(vault.open(PHRASE))).toBe('other');
		expect(readHeader(image())?.failures).toBe(1);
	});

	test('is one like any PIN where the authority wants the server in it', async () => {
		server.offlineUnlock = false;
		await joined(PHRASE);
		expect(lockOf().secret).toBe('pin');
		server.isReachable = false;
		expect(await codeOf(vault.open(PHRASE))).toBe('unlock_offline');
	});

	test('gets a share at the next opening when the authority comes to want it', async () => {
		const key = await joined(PHRASE);
		server.offlineUnlock = false;
		expect(await opened(PHRASE)).toEqual(key);
		expect(lockOf().secret).toBe('pin');
		expect(await opened(PHRASE)).toEqual(key);
	});
});

describe('a container of the first release, with a short PIN alone', () => {
	let key: Uint8Array;
	beforeEach(async () => {
		await vault.make(PHRASE);
		await vault.finish();
		key = randomBytes(32);
		await disk.write(slotOffset(0), writeSlot([await wrapWithPhrase(key, PIN, CHEAP)]));
	});

	test('opens, and needs the server from then on', async () => {
		expect(await opened(PIN)).toEqual(key);
		expect(lockOf().secret).toBe('pin');
		expect(await opened(PIN)).toEqual(key);
		server.isReachable = false;
		expect(await codeOf(vault.open(PIN))).toBe('unlock_offline');
	});

	test('opens without the server as well, and stays as it is until then', async () => {
		server.isReachable = false;
		expect(await opened(PIN)).toEqual(key);
		expect(lockOf().secret).toBe('phrase');
		expect(await opened(PIN)).toEqual(key);
	});
});

test('a clock that is set back does not lock for longer than the longest rest', async () => {
	await joined(PHRASE);
	for (let wrong = 0; wrong < 3; wrong += 1) await codeOf(vault.open(PIN));
	const yearAgo = NOW - 365 * 24 * HOUR;
	const status = statusOf(disk.image, yearAgo);
	expect(status.stage === 'finished' && status.lock.retryAt).toBe(yearAgo + HOUR);
});

test('the rest grows from half a minute to an hour', () => {
	expect([1, 2, 3, 4, 5, 9, 10, 1000].map(delayAfter)).toEqual([
		0, 0, 30, 60, 120, 1920, 3600, 3600
	]);
});

test('a file that is no vault counts as none', async () => {
	disk.image = new Uint8Array(IMAGE_BYTES).fill(7);
	expect(statusOf(disk.image, now)).toEqual({ stage: 'none' });
	expect(await codeOf(vault.open(PIN))).toBe('storage_unavailable');
});

test('a share is bound once the device has a session, however long that takes', async () => {
	const { settle } = await vault.make(PIN);
	const share = await settle();
	if (!share) throw new Error('no share');
	const pauses: number[] = [];
	const sleep = async (millis: number) => pauses.push(millis);
	let refusals = 3;
	const bind = async (input: typeof share) => {
		if (refusals-- > 0) throw new DienstwegError('unauthenticated');
		await server.bind(input);
	};
	await bindShare({ bind }, share, sleep);
	expect(pauses).toHaveLength(4);
	expect(server.shares.get(share.share)?.bound).toBe(true);
});
