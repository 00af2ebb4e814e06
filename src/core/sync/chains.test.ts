import { describe, expect, it } from 'vitest';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { ChainRecord } from '#core/store/records.ts';
import { extendChain } from './chains.ts';
import type { SyncContext } from './context.ts';
import type { Working } from './working-state.ts';

const hashOf = (name: number): Uint8Array => new Uint8Array(32).fill(name);
const conversation = uuidV4();
const device = uuidV4();

/** Takes messages of one device, each as the place in the log, its number, and the names of its hash and of the one before. */
function follow(stored: ChainRecord | undefined, readFrom?: number) {
	const chains = new Map<string, ChainRecord>();
	const context = { store: { read: { chains: { get: async () => stored } } } };
	const working = { conversation: { id: conversation, readFrom }, chains };
	return (seq: number, deviceSeq: number, [hash, previous]: [number, number]) =>
		extendChain(
			context as unknown as SyncContext,
			working as unknown as Working,
			{ device, seq } as LogEntry,
			{
				header: { deviceSeq, previousHash: hashOf(previous) },
				hash: hashOf(hash)
			} as Parameters<typeof extendChain>[3]
		);
}

describe('the chain of a device', () => {
	const known = { conversation, device, deviceSeq: 4, hash: hashOf(4) };

	it('shows what was kept back and what was there before', async () => {
		const take = follow({ ...known, seq: 10 });
		expect(await take(11, 5, [5, 4])).toBe('next');
		expect(await take(12, 5, [5, 4])).toBe('replay');
		expect(await take(13, 7, [7, 6])).toBe('gap');
		expect(await take(14, 8, [8, 7])).toBe('next');
	});

	it('begins with whatever comes first, and after this device was out', async () => {
		expect(await follow(undefined)(11, 9, [9, 8])).toBe('next');
		expect(await follow({ ...known, seq: 10 }, 11)(11, 9, [9, 8])).toBe('next');
	});

	it('from a store of version 1 accuses nobody at first, and counts from there', async () => {
		const take = follow(known);
		expect(await take(11, 6, [6, 5])).toBe('next');
		expect(await take(12, 8, [8, 7])).toBe('gap');
	});
});
