/**
 * Makes the tokens of sessions, and tells those that this server made from made-up ones without the database:
 * half of a token is chance, half is the server's mark on it. A mark opens nothing; the database decides.
 */
import { Buffer } from 'node:buffer';
import { createHmac, hkdfSync, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Bytes of each half. */
const HALF = 16;
const INFO = 'dienstweg/session-token/v1';

export interface SessionTokens {
	/** 32 bytes as base64url. */
	make(): string;
	isOurs(token: string): boolean;
}

/** The marks' key is derived from `secret`, the server's signing key. */
export const createSessionTokens = (secret: KeyObject): SessionTokens => {
	const seed = secret.export({ type: 'pkcs8', format: 'der' });
	const key = Buffer.from(hkdfSync('sha256', seed, Buffer.alloc(0), INFO, 32));
	const markOf = (chance: Buffer): Buffer =>
		createHmac('sha256', key).update(chance).digest().subarray(0, HALF);
	return {
		make() {
			const chance = randomBytes(HALF);
			return Buffer.concat([chance, markOf(chance)]).toString('base64url');
		},
		isOurs(token) {
			const bytes = Buffer.from(token, 'base64url');
			if (bytes.length !== 2 * HALF) return false;
			return timingSafeEqual(markOf(bytes.subarray(0, HALF)), bytes.subarray(HALF));
		}
	};
};
