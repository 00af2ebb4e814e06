/** Keeps enough key packages of this device with the server, so that others can add it while it is away. */
import { KEY_PACKAGES_IN_STORE } from '#shared/contract/devices.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { generateKeyPackage } from '#core/protocol/mls/key-package.ts';
import type { KeyPackageRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import type { Transport } from './transport.ts';

/** Fewer than this are filled up again. */
const LOW = KEY_PACKAGES_IN_STORE / 2;
/** One of last resort is replaced this long (ms) before it expires. */
const LAST_RESORT_MARGIN = 30 * 24 * 3600 * 1000;
/** A Welcome for an expired key package may still wait; its private part stays this long (ms). */
const GRACE = 30 * 24 * 3600 * 1000;

/** The private part of one that was used stays this long (ms): so old may a backup be that is restored. */
const USED_KEPT = 14 * 24 * 3600 * 1000;

type Workshop = Pick<SyncContext, 'store' | 'self' | 'now'>;

const make = async (context: Workshop, lastResort: boolean): Promise<KeyPackageRecord> => ({
	...(await generateKeyPackage(context.self, { lastResort, now: context.now() })),
	published: false
});

/** Private parts are on disk before the public ones leave the device. */
export async function stockKeyPackages(
	context: Workshop,
	inStore: number
): Promise<KeyPackageRecord[]> {
	const { store } = context;
	const now = context.now();
	const known = await store.read.keyPackages.toArray();
	const expired = known.filter(
		({ expiresAt, usedAt }) =>
			expiresAt + GRACE < now || (usedAt !== undefined && usedAt + USED_KEPT < now)
	);
	const waiting = known.filter(({ published, usedAt }) => !published && usedAt === undefined);
	const made: KeyPackageRecord[] = [];
	const missing = inStore < LOW ? KEY_PACKAGES_IN_STORE - inStore : 0;
	const more = missing - waiting.filter(({ lastResort }) => !lastResort).length;
	for (let count = 0; count < more; count++) made.push(await make(context, false));
	const hasLastResort = known.some(
		({ lastResort, expiresAt }) => lastResort && expiresAt - LAST_RESORT_MARGIN > now
	);
	if (!hasLastResort) made.push(await make(context, true));
	await store.write(['keyPackages'], async (tables) => {
		await tables.keyPackages.bulkDelete(expired.map(({ ref }) => ref));
		await tables.keyPackages.bulkPut(made);
	});
	return [...waiting, ...made];
}

/** Publishing twice is harmless: the server knows a key package by its content. */
export async function publishKeyPackages(
	{ store }: Pick<SyncContext, 'store'>,
	devices: Pick<Transport['devices'], 'publishKeyPackages'>,
	waiting: KeyPackageRecord[]
): Promise<void> {
	if (waiting.length === 0) return;
	const lastResort = waiting.findLast((record) => record.lastResort);
	await devices.publishKeyPackages({
		packages: waiting
			.filter((record) => !record.lastResort)
			.map((record) => toBase64url(record.public)),
		...(lastResort && { lastResort: toBase64url(lastResort.public) })
	});
	await store.write(['keyPackages'], async (tables) => {
		// One that was used up meanwhile is gone, and stays so.
		const refs = waiting.map(({ ref }) => ref);
		await tables.keyPackages.where('ref').anyOf(refs).modify({ published: true });
	});
}

/** Fills the server's store up again when it runs low. */
export async function replenishKeyPackages(context: SyncContext): Promise<void> {
	const inStore = await context.server.call(({ devices }) => devices.countKeyPackages());
	const waiting = await stockKeyPackages(context, inStore);
	await context.server.call(({ devices }) => publishKeyPackages(context, devices, waiting));
}
