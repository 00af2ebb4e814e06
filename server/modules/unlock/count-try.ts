/**
 * One try at a PIN that the server holds a share for: whether it is allowed, and what is to be on disk before it is
 * worked on. Pure; whoever calls holds the row's lock and commits before answering.
 */
import type { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import { MAX_TRIES, delayAfter } from '#shared/domain/unlock-tries.ts';

export interface TriedShare {
	/** Null once it is destroyed. */
	secret: Buffer | null;
	/** Names the key of the server's folder that it is worth something with. */
	folderKey: Buffer;
	failures: number;
	retryAt: Date | null;
}

export type CountedTry =
	| { outcome: 'destroyed' }
	| { outcome: 'resting'; left: number; retryAfter: number }
	| {
			outcome: 'allowed';
			secret: Buffer;
			/** To be kept. */
			count: { failures: number; retryAt: Date | null; nonce: Buffer };
			/** For whoever tries. */
			answer: { nonce: string; left: number; retryAfter: number };
			/**
			 * It is to be destroyed now, and not once the PIN has turned out wrong: of that nobody would have to tell. One
			 * that turns out right opens all the same: what it opens is not the share's.
			 */
			isLast: boolean;
	  };

/** Throws `unavailable` where the folder was exchanged: no PIN would be right, and none shall count as wrong. */
export function countTry(row: TriedShare, now: number, keyName: Buffer): CountedTry {
	if (row.secret === null) return { outcome: 'destroyed' };
	if (!keyName.equals(row.folderKey)) throw new DienstwegError('unavailable');
	const wait = (row.retryAt?.getTime() ?? 0) - now;
	if (wait > 0) {
		const left = MAX_TRIES - row.failures;
		return { outcome: 'resting', left, retryAfter: Math.ceil(wait / 1000) };
	}
	const failures = row.failures + 1;
	const retryAfter = delayAfter(failures);
	const nonce = randomBytes(32);
	const retryAt = retryAfter === 0 ? null : new Date(now + retryAfter * 1000);
	const left = MAX_TRIES - failures;
	return {
		outcome: 'allowed',
		secret: row.secret,
		count: { failures, retryAt, nonce },
		answer: { nonce: nonce.toString('base64url'), left, retryAfter },
		isLast: left <= 0
	};
}
