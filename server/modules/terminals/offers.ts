/**
 * From a code on a terminal's screen to a grant: the terminal offers keys, a person's device looks them up and leaves
 * what it has sealed to them. A terminal that offers has nobody signed in. Must never tell who has granted.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	AwaitedGrant,
	GrantTerminalInput,
	OfferTerminalInput,
	TerminalDuty,
	TerminalOffer,
	TerminalOffered
} from '#shared/contract/terminals.ts';
import { CODE_GOOD_MILLIS } from '#shared/domain/terminal.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { currentPolicy } from '#server/modules/policy/service.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries/terminals.ts';
import type { TerminalGround, Visits } from './visits.ts';

export interface OffersOptions extends TerminalGround {
	/** Inside the transaction: one device may come in at this terminal, with the token that this is the hash of. */
	permit(
		db: WriteDb,
		by: Pick<Caller, 'person' | 'device'>,
		permit: { tokenHash: Buffer; terminal: string }
	): Promise<void>;
}

/** By which a terminal is known. */
export const hashOf = (token: string): Buffer =>
	createHash('sha256').update(Buffer.from(token, 'base64url')).digest();

export const createOffers = ({ database, clock, permit }: OffersOptions, visits: Visits) => ({
	/** Throws `terminal_unknown` for one that IT has not registered, or has removed. */
	async duty(token: string): Promise<TerminalDuty> {
		const row = await database.write(async (db) => {
			const terminal = await queries.lockTerminal(db, hashOf(token));
			if (!terminal) throw new DienstwegError('terminal_unknown');
			await queries.updateTerminal(db, terminal.id, { seenAt: new Date(clock.now()) });
			return terminal;
		});
		// Its page has begun anew: whoever was signed in there is gone.
		await visits.endAt(row.id);
		return { name: row.name, place: row.place, idleMinutes: row.idleMinutes };
	},

	/** Repeatable. */
	async offer({ token, code, ...keys }: OfferTerminalInput): Promise<TerminalOffered> {
		const now = clock.now();
		return database.write(async (db) => {
			const terminal = await queries.lockTerminal(db, hashOf(token));
			if (!terminal) throw new DienstwegError('terminal_unknown');
			await queries.deleteOffersUntil(db, new Date(now));
			await queries.updateTerminal(db, terminal.id, { seenAt: new Date(now) });
			await queries.insertOffer(db, {
				code,
				terminal: terminal.id,
				sealingKey: Buffer.from(keys.sealingKey, 'base64url'),
				signatureKey: Buffer.from(keys.signatureKey, 'base64url'),
				expiresAt: new Date(now + CODE_GOOD_MILLIS)
			});
			return { withPin: (await currentPolicy(db)).terminalPin };
		});
	},

	async awaitGrant(token: string): Promise<AwaitedGrant> {
		const offer = await queries.findGranted(database.read, hashOf(token));
		if (!offer?.sealed) return { granted: null };
		return { granted: { code: offer.code, sealed: offer.sealed.toString('base64url') } };
	},

	/** Throws `terminal_code_unknown` for one that is not shown any more, or that somebody has used. */
	async find(code: string): Promise<TerminalOffer> {
		const found = await database.write((db) => queries.lockOffer(db, code, new Date(clock.now())));
		if (!found || found.offer.sealed) throw new DienstwegError('terminal_code_unknown');
		const { offer, terminal } = found;
		return {
			terminal: { name: terminal.name, place: terminal.place },
			sealingKey: offer.sealingKey.toString('base64url'),
			signatureKey: offer.signatureKey.toString('base64url')
		};
	},

	/** Repeatable. Throws like `find`. */
	async grant(caller: Caller, { code, tokenHash, sealed }: GrantTerminalInput): Promise<void> {
		const body = Buffer.from(sealed, 'base64url');
		await database.write(async (db) => {
			const found = await queries.lockOffer(db, code, new Date(clock.now()));
			if (found?.offer.sealed?.equals(body)) return;
			if (!found || found.offer.sealed) throw new DienstwegError('terminal_code_unknown');
			const { terminal } = found.offer;
			await permit(db, caller, { tokenHash: Buffer.from(tokenHash, 'base64url'), terminal });
			await queries.keepGrant(db, code, body);
		});
	}
});
