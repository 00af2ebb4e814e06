/**
 * Sessions of devices: opens one against a signature, knows whose a cookie is, ends it. Owns the cache of
 * resolved sessions; must never keep or log a token.
 */
import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Me } from '#shared/contract/session.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findDevice, findOutOfTries } from '#server/modules/devices/queries/devices.ts';
import { findPerson } from '#server/modules/directory/queries.ts';
import { toDevice } from '#server/modules/devices/view.ts';
import { toPerson } from '#server/modules/directory/view.ts';
import type { LiveBus } from '#server/modules/live/bus.ts';
import { deleteSubscription } from '#server/modules/notifications/queries.ts';
import type { Caller, SessionState } from '#server/modules/session/caller.ts';
import * as queries from './queries.ts';
import { isSignedBy } from './signature.ts';
import type { SessionTokens } from './tokens.ts';

const DAY = 24 * 60 * 60 * 1000;
/** A session's longest life; the device then signs in again by itself. */
export const SESSION_MILLIS = 30 * DAY;
const CHALLENGE_MILLIS = 2 * 60 * 1000;
/** How long a resolved session is believed without looking, over or not: revocation clears it at once on this node. */
const CACHE_MILLIS = 3000;
const MAX_CACHED = 20_000;
/** `lastSeenAt` is coarse on purpose: it tells IT whether a device is in use, not when somebody works. */
const SEEN_MILLIS = 60 * 60 * 1000;

export interface SessionOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	domain: string;
	tokens: SessionTokens;
}

/** A key of nobody's: the first point that any Ed25519 library names, its base. */
const NOBODY = Buffer.concat([Buffer.from([0x58]), Buffer.alloc(31, 0x66)]);

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export type SessionService = ReturnType<typeof createSessionService>;

export const createSessionService = (options: SessionOptions) => {
	const { database, clock, bus, domain, tokens } = options;
	const cache = new Map<string, { state: SessionState; until: number }>();
	/** Counts what ended: an answer of the database from before is not kept. */
	let generation = 0;
	const forget = () => {
		generation++;
		cache.clear();
	};
	bus.subscribe('revoked', forget);
	bus.subscribe('ended', forget);

	const lookUp = async (tokenHash: Buffer): Promise<SessionState> => {
		const row = await queries.findSession(database.read, tokenHash);
		const now = clock.now();
		if (!row) return { kind: 'none' };
		if (row.revokedAt || row.status === 'deactivated') {
			const { device } = row;
			return {
				kind: 'revoked',
				device,
				isOutOfTries: await findOutOfTries(database.read, device)
			};
		}
		if (row.expiresAt.getTime() <= now) return { kind: 'none' };
		if ((row.lastSeenAt?.getTime() ?? 0) < now - SEEN_MILLIS) {
			await database.write((db) => queries.touchDevice(db, row.device, new Date(now)));
		}
		const { person, role, device, kind } = row;
		const expiresAt = row.expiresAt.getTime();
		const caller = { person, role, device, kind, session: tokenHash, expiresAt };
		return { kind: 'open', caller };
	};

	/** Opens a session inside a transaction that has checked the device. Returns the cookie's token. */
	const open = async (db: WriteDb, device: string): Promise<string> => {
		const token = tokens.make();
		const now = clock.now();
		await queries.insertSession(db, {
			tokenHash: hashOf(token),
			device,
			createdAt: new Date(now),
			expiresAt: new Date(now + SESSION_MILLIS)
		});
		await queries.deleteOldestSessions(db, device);
		await queries.touchDevice(db, device, new Date(now));
		return token;
	};

	return {
		open,

		/** Whose session a cookie's token opens. One that is made up, or asked again at once, costs no look. */
		async resolve(token: string | undefined): Promise<SessionState> {
			if (token === undefined || !tokens.isOurs(token)) return { kind: 'none' };
			const tokenHash = hashOf(token);
			const name = tokenHash.toString('base64url');
			const now = clock.now();
			const cached = cache.get(name);
			if (cached && cached.until > now) return cached.state;
			const asked = generation;
			const state = await lookUp(tokenHash);
			if (asked !== generation) return state;
			if (cache.size >= MAX_CACHED) cache.clear();
			cache.set(name, { state, until: now + CACHE_MILLIS });
			return state;
		},

		/** Looks past the cache. Throws `unauthenticated` or `device_revoked`. */
		async recheck(caller: Caller): Promise<void> {
			const state = await lookUp(caller.session);
			if (state.kind === 'revoked') throw new DienstwegError('device_revoked');
			if (state.kind === 'none') throw new DienstwegError('unauthenticated');
		},

		/** A nonce for any device, known or not. */
		async challenge(device: string): Promise<{ nonce: string }> {
			const nonce = randomBytes(32);
			const expiresAt = new Date(clock.now() + CHALLENGE_MILLIS);
			await database.write((db) => queries.insertChallenge(db, { nonce, device, expiresAt }));
			return { nonce: nonce.toString('base64url') };
		},

		/** Throws `unauthenticated`, or `device_revoked` to whoever proves to be that device. */
		async signIn(input: {
			device: string;
			nonce: string;
			signature: string;
		}): Promise<{ me: Me; token: string }> {
			const { device, nonce, signature } = input;
			const now = new Date(clock.now());
			// In a transaction of its own: a nonce is used up by a wrong signature too.
			const isOpen = await database.write((db) =>
				queries.takeChallenge(db, { nonce: Buffer.from(nonce, 'base64url'), device, now })
			);
			return database.write(async (db) => {
				const found = await findDevice(db, device);
				// A device that does not exist is as much work as one that does.
				const key = found?.signatureKey ?? NOBODY;
				const signed = isSignedBy(key, { domain, device, nonce, signature });
				if (!isOpen || !found || !signed) throw new DienstwegError('unauthenticated');
				const person = await findPerson(db, found.person);
				if (!person) throw new DienstwegError('unauthenticated');
				if (found.revokedAt || person.status === 'deactivated') {
					throw new DienstwegError('device_revoked');
				}
				const token = await open(db, device);
				return { me: { person: toPerson(person), device: toDevice(found) }, token };
			});
		},

		async signOut(caller: Caller): Promise<void> {
			await database.write(async (db) => {
				await queries.deleteSession(db, caller.session);
				await deleteSubscription(db, caller.device);
			});
			bus.publish('ended', { session: caller.session.toString('base64url') });
		}
	};
};
