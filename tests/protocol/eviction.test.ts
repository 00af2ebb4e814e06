/**
 * Whoever is out stays out: nothing that an evicted member holds opens anything of the commit that evicts it,
 * nor of the Welcome that goes with it. Three versions of the library failed this; it is checked for ever.
 */
import { encodeGroupContext } from 'ts-mls/groupContext.js';
import { describe, expect, test, vi } from 'vitest';
import { equalBytes, utf8, concatBytes } from '#core/crypto/bytes.ts';
import { hpkeOpen } from '#core/crypto/hpke.ts';
import { importX25519Private } from '#core/crypto/x25519.ts';
import type { MlsState } from '#core/protocol/mls/state.ts';
import { decodeCommit, decodeWelcome } from '#core/protocol/mls/wire.ts';
import { adding, contextOf, enrol, packageFor } from './people.ts';
import { makeParty, stateOf, stepAll, type Party } from './party.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A vector with its length before it (RFC 9420 §2.1.2). */
const vector = (bytes: Uint8Array): Uint8Array =>
	bytes.length < 64
		? concatBytes(Uint8Array.of(bytes.length), bytes)
		: concatBytes(Uint8Array.of(0x40 | (bytes.length >> 8), bytes.length & 0xff), bytes);

/** How many of the commit's sealed path secrets (§7.6) any private key of the state opens. */
async function opensOf(holder: MlsState, before: MlsState, after: MlsState, commit: Uint8Array) {
	const { content } = decodeCommit(commit);
	if (content.contentType !== 'commit' || content.commit.path === undefined)
		throw new Error('a removal without a path');
	const context = encodeGroupContext({
		...after.groupContext,
		confirmedTranscriptHash: before.groupContext.confirmedTranscriptHash
	});
	const info = concatBytes(vector(utf8('MLS 1.0 UpdatePathNode')), vector(context));
	const keys = await Promise.all(
		Object.values(holder.privatePath.privateKeys).map(importX25519Private)
	);
	let opened = 0;
	for (const node of content.commit.path.nodes)
		for (const { kemOutput, ciphertext } of node.encryptedPathSecret)
			for (const key of keys) {
				const sealed = { enc: kemOutput, ct: ciphertext };
				const message = { aad: new Uint8Array(), sealed };
				opened += await hpkeOpen(key, info, message).then(
					() => 1,
					() => 0
				);
			}
	return opened;
}

/** Everybody renews once, so that all nodes of the tree are filled and everybody holds as many keys as can be. */
async function settle(party: Party): Promise<void> {
	for (let at = 0; at < party.groups.length; at++) {
		const group = party.groups[at];
		if (group === undefined) continue;
		await stepAll(party, at, await group.commit({}, contextOf(party.world, group)));
	}
}

describe.each([2, 3, 5, 8, 9])('in a group of %i', (size) => {
	test.each(['removed', 'removed and replaced in the same commit'])(
		'each other member in turn, %s, learns nothing',
		async (how) => {
			const start = await makeParty(size);
			await settle(start);
			for (let victim = 1; victim < size; victim++) {
				const [aliceBefore, evicted] = [start.groups[0], start.groups[victim]];
				const device = start.devices[victim];
				if (!aliceBefore || !evicted || !device) throw new Error('incomplete');
				const newcomer = await enrol(start.world);
				const add = how === 'removed' ? [] : [adding(newcomer, await packageFor(newcomer))];
				const made = await aliceBefore.commit(
					{ removePeople: [device.person], add },
					contextOf(start.world, aliceBefore)
				);
				const before = stateOf(aliceBefore, start.alice);
				const after = stateOf(made.next, start.alice);
				const theirs = stateOf(evicted, device);
				expect(await opensOf(theirs, before, after, made.commit)).toBe(0);

				// The same search finds the one secret that a member who stays is given.
				const staying = start.devices.findIndex((_, at) => at > 0 && at !== victim);
				const [other, otherDevice] = [start.groups[staying], start.devices[staying]];
				const found =
					other && otherDevice
						? await opensOf(stateOf(other, otherDevice), before, after, made.commit)
						: 0;
				expect(found).toBe(size > 2 ? 1 : 0);

				const seen = await evicted.process(made.commit, contextOf(start.world, evicted));
				expect(seen.next).toBe('removed');
				const own = Object.values(theirs.keySchedule);
				const next = Object.values(after.keySchedule);
				expect(own.some((a) => next.some((b) => equalBytes(a, b)))).toBe(false);
				const welcomed = made.welcome ? decodeWelcome(made.welcome).secrets.length : 0;
				expect(welcomed).toBe(add.length);
			}
		}
	);
});
