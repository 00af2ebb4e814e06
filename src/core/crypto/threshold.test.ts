import { ristretto255 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import {
	combinePartials,
	encapsulate,
	isPartialOf,
	isSplitOf,
	makeSplitKey,
	partialOf,
	shareKeyOf,
	type KeyShare
} from './threshold.ts';

const partial = (share: KeyShare, sent: Uint8Array) => ({
	index: share.index,
	partial: partialOf(share, sent)
});

const pairsOf = <Each>(all: Each[]): [Each, Each][] =>
	all.flatMap((one, at) => all.slice(at + 1).map((other): [Each, Each] => [one, other]));

const { Point } = ristretto255;

describe('a key split among five', () => {
	const { publicKey, shares, shareKeys } = makeSplitKey(5);
	const { sent, key } = encapsulate(publicKey);

	it('opens with any two, in either order', () => {
		for (const [one, other] of pairsOf(shares)) {
			const parts = [partial(one, sent), partial(other, sent)] as const;
			expect(combinePartials(publicKey, sent, [parts[0], parts[1]])).toEqual(key);
			expect(combinePartials(publicKey, sent, [parts[1], parts[0]])).toEqual(key);
		}
	});

	it('does not open with one, given twice or as another’s', () => {
		const [first] = shares;
		if (!first) throw new Error('no share');
		const part = partial(first, sent);
		expect(() => combinePartials(publicKey, sent, [part, part])).toThrow(RangeError);
		for (const index of [2, 3, 4, 5])
			expect(combinePartials(publicKey, sent, [part, { ...part, index }])).not.toEqual(key);
	});

	it('tells a part that is right from all others', () => {
		shares.forEach((share, at) => {
			const part = partialOf(share, sent);
			const shareKey = shareKeys[at] ?? new Uint8Array();
			expect(isPartialOf(shareKey, sent, part)).toBe(true);
			expect(isPartialOf(shareKeys[(at + 1) % 5] ?? new Uint8Array(), sent, part)).toBe(false);
			expect(isPartialOf(shareKey, encapsulate(publicKey).sent, part)).toBe(false);
		});
	});

	it('finds a changed bit in every byte of a part', () => {
		const [share] = shares;
		const [shareKey] = shareKeys;
		if (!share || !shareKey) throw new Error('no share');
		const part = partialOf(share, sent);
		for (let bit = 0; bit < part.length * 8; bit += 9) {
			const changed = part.slice();
			changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
			expect(isPartialOf(shareKey, sent, changed)).toBe(false);
		}
		expect(isPartialOf(shareKey, sent, part.subarray(1))).toBe(false);
		expect(isPartialOf(shareKey, sent, new Uint8Array(part.length))).toBe(false);
	});

	it('finds a part that was moved by a multiple of the base, proof and all', () => {
		const [share] = shares;
		const [shareKey] = shareKeys;
		if (!share || !shareKey) throw new Error('no share');
		const part = partialOf(share, sent);
		part.set(Point.fromBytes(part.slice(0, 32)).add(Point.BASE).toBytes());
		expect(isPartialOf(shareKey, sent, part)).toBe(false);
	});

	it('does not mix with another split', () => {
		const other = makeSplitKey(5);
		for (const [one, foreign] of pairsOf([0, 1, 2])) {
			const [mine, theirs] = [shares[one], other.shares[foreign]];
			if (!mine || !theirs) throw new Error('no share');
			const parts = [partial(mine, sent), partial(theirs, sent)] as const;
			expect(combinePartials(publicKey, sent, [parts[0], parts[1]])).not.toEqual(key);
		}
	});

	it('shows in its public keys that any two shares make the same key', () => {
		expect(isSplitOf(publicKey, shareKeys)).toBe(true);
		expect(shares.map(({ secret }) => shareKeyOf(secret))).toEqual(shareKeys);
		expect(isSplitOf(publicKey, shareKeys.toReversed())).toBe(false);
		expect(isSplitOf(publicKey, shareKeys.slice(0, 1))).toBe(false);
		expect(isSplitOf(publicKey, [...shareKeys.slice(0, 4), Point.BASE.toBytes()])).toBe(false);
		expect(isSplitOf(makeSplitKey(5).publicKey, shareKeys)).toBe(false);
	});
});

describe('what is no key', () => {
	it('is refused: the identity, other forms, zero, numbers beyond the order', () => {
		const { shares } = makeSplitKey(2);
		const [share] = shares;
		if (!share) throw new Error('no share');
		const identity = new Uint8Array(32);
		const beyond = new Uint8Array(32).fill(0xff);
		expect(() => encapsulate(identity)).toThrow();
		expect(() => encapsulate(beyond)).toThrow();
		expect(() => partialOf(share, identity)).toThrow();
		expect(() => shareKeyOf(new Uint8Array(32))).toThrow(RangeError);
		expect(() => shareKeyOf(beyond)).toThrow(RangeError);
		expect(() => shareKeyOf(new Uint8Array(31))).toThrow(RangeError);
	});

	it('is a split in fewer than two, or more than fit a byte', () => {
		for (const count of [0, 1, 2.5, 256]) expect(() => makeSplitKey(count)).toThrow(RangeError);
	});
});

it('works for the least and the most', () => {
	for (const count of [2, 255]) {
		const { publicKey, shares, shareKeys } = makeSplitKey(count);
		const { sent, key } = encapsulate(publicKey);
		const [first, last] = [shares[0], shares[count - 1]];
		if (!first || !last) throw new Error('no share');
		expect(combinePartials(publicKey, sent, [partial(first, sent), partial(last, sent)])).toEqual(
			key
		);
		expect(isSplitOf(publicKey, shareKeys)).toBe(true);
	}
});
