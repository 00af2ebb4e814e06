import { beforeEach, expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { delayAfter } from '#shared/domain/unlock-tries.ts';
import { statusOf } from './tries.ts';
import { Vault, type VaultDisk } from './vault.ts';
import { IMAGE_BYTES, readHeader, readSlot, slotOffset } from './vault-image.ts';

const NOW = 1_800_000_000_000;
const PIN = '739164';

/** A disk in memory that can lose power before any of its writes. */
class MemoryDisk implements VaultDisk {
	image: Uint8Array | null = null;
	writesLeft = Infinity;

	read(): Promise<Uint8Array | null> {
		return Promise.resolve(this.image?.slice() ?? null);
	}

	write(at: number, bytes: Uint8Array): Promise<void> {
		if (this.writesLeft <= 0) return Promise.reject(new Error('no power'));
		this.writesLeft -= 1;
		this.image ??= new Uint8Array(IMAGE_BYTES);
		this.image.set(bytes, at);
		return Promise.resolve();
	}

	destroy(): Promise<void> {
		this.image = null;
		return Promise.resolve();
	}
}

let disk: MemoryDisk;
let now: number;
let vault: Vault;
beforeEach(() => {
	disk = new MemoryDisk();
	now = NOW;
	vault = new Vault(disk, () => now);
});

const codeOf = (work: Promise<unknown>) =>
	work.then(
		() => 'done',
		(error: unknown) => (error instanceof DienstwegError ? error.code : 'other')
	);

test('the key that was made is the key that opens, and stands nowhere on the disk', async () => {
	const { key, fresh } = await vault.make(PIN);
	await vault.finish();
	expect(fresh).toBe(true);
	expect(await vault.open(PIN)).toEqual(key);
	expect(Buffer.from(disk.image ?? []).includes(Buffer.from(key))).toBe(false);
});

test('an unfinished joining goes on with the same PIN and begins anew with another', async () => {
	const first = await vault.make(PIN);
	expect(statusOf(disk.image, now)).toEqual({ stage: 'unfinished', retryAt: 0 });
	const again = await vault.make(PIN);
	expect(again).toEqual({ key: first.key, fresh: false });
	const other = await vault.make('000000');
	expect(other.fresh).toBe(true);
	expect(other.key).not.toEqual(first.key);
});

test('a finished container is not overwritten by another joining', async () => {
	await vault.make(PIN);
	await vault.finish();
	expect(await codeOf(vault.make(PIN))).toBe('conflict');
});

test('three wrong PINs make it rest, and the right one is not taken either until then', async () => {
	await vault.make(PIN);
	await vault.finish();
	for (let wrong = 0; wrong < 3; wrong += 1)
		expect(await codeOf(vault.open('111111'))).toBe('pin_wrong');
	expect(statusOf(disk.image, now).retryAt).toBe(NOW + 30_000);
	expect(await codeOf(vault.open(PIN))).toBe('pin_wrong');
	now += 30_000;
	expect(await codeOf(vault.open(PIN))).toBe('done');
	expect(readHeader(disk.image ?? new Uint8Array())?.failures).toBe(0);
});

test('a try that is cut off counts as a wrong one', async () => {
	await vault.make(PIN);
	await vault.finish();
	disk.writesLeft = 1;
	expect(await codeOf(vault.open(PIN))).toBe('other');
	expect(readHeader(disk.image ?? new Uint8Array())?.failures).toBe(1);
});

test('a clock that is set back does not lock for longer than the longest rest', async () => {
	await vault.make(PIN);
	await vault.finish();
	for (let wrong = 0; wrong < 3; wrong += 1) await codeOf(vault.open('111111'));
	const yearAgo = NOW - 365 * 24 * 3_600_000;
	expect(statusOf(disk.image, yearAgo).retryAt).toBe(yearAgo + 3_600_000);
});

test('the rest grows from half a minute to an hour', () => {
	expect([1, 2, 3, 4, 5, 9, 10, 1000].map(delayAfter)).toEqual([
		0, 0, 30, 60, 120, 1920, 3600, 3600
	]);
});

test.each([0, 1, 2, 3, 4, 5])(
	'a change of PIN that loses power at write %i leaves one that opens',
	async (writes) => {
		const { key } = await vault.make(PIN);
		await vault.finish();
		disk.writesLeft = writes;
		await vault.changePin(PIN, '482057').catch(() => undefined);
		disk.writesLeft = Infinity;
		now += 3_600_000;
		const opened = await Promise.any([PIN, '482057'].map((pin) => vault.open(pin)));
		expect(opened).toEqual(key);
	}
);

test('after a change the old PIN opens nothing, and its slot is empty', async () => {
	await vault.make(PIN);
	await vault.finish();
	await vault.changePin(PIN, '482057');
	expect(await codeOf(vault.open(PIN))).toBe('pin_wrong');
	expect(await codeOf(vault.open('482057'))).toBe('done');
	const image = disk.image ?? new Uint8Array();
	expect(readSlot(image, 0)).toEqual([]);
	expect(image.subarray(slotOffset(0), slotOffset(1)).every((byte) => byte === 0)).toBe(true);
});

test('a file that is no vault counts as none', async () => {
	disk.image = new Uint8Array(IMAGE_BYTES).fill(7);
	expect(statusOf(disk.image, now)).toEqual({ stage: 'none', retryAt: 0 });
	expect(await codeOf(vault.open(PIN))).toBe('storage_unavailable');
});
