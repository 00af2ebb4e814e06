/**
 * Recovery codes: keeps one a person, and gives the copy of the account to whoever comes with its token. Can open none
 * of it; must never give out a copy for anything but the whole token.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	OpenCodeInput,
	OpenedCode,
	RecoveredBy,
	StoreCodeInput,
	StoredCode
} from '#shared/contract/recovery.ts';
import type { Database, ReadDb, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { lockAccount, storeRecipients } from '#server/modules/account/queries.ts';
import { findPerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './code-queries.ts';

export interface RecoveryCodesOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Lets one device in by the permit's token, however many the person has. */
	permitRecovered(
		db: WriteDb,
		permit: { tokenHash: Buffer; person: string; recoveredBy: RecoveredBy }
	): Promise<void>;
}

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
const textOf = (bytes: Buffer): string => bytes.toString('base64url');

/** The code that the next generation is to be sealed for. */
export const storedCode = async (db: ReadDb, person: string): Promise<StoredCode | null> => {
	const row = await queries.findCode(db, person);
	return row
		? {
				id: row.id,
				number: row.number,
				publicKey: textOf(row.publicKey),
				signature: textOf(row.signature),
				createdAt: row.createdAt.getTime(),
				usedAt: row.usedAt?.getTime() ?? null
			}
		: null;
};

export const createRecoveryCodes = (options: RecoveryCodesOptions) => {
	const { database, clock, bus, permitRecovered } = options;
	const changed = (person: string): void =>
		publishEvent(bus, { kind: 'person', person }, { type: 'account' });

	return {
		/**
		 * The code before it opens nothing from the commit on. Repeatable. Throws `conflict` where another device was
		 * first, or the generation is not the newest.
		 */
		async store({ person }: Caller, input: StoreCodeInput): Promise<void> {
			const { id, number, generation } = input;
			try {
				await database.write(async (db) => {
					const account = await lockAccount(db, person);
					const known = await queries.findCode(db, person);
					if (known?.id === id && known.tokenHash.equals(bytesOf(input.tokenHash))) return;
					if (generation !== account.generation) throw new DienstwegError('conflict');
					if (number <= (known?.number ?? 0)) throw new DienstwegError('conflict');
					await queries.storeCode(db, {
						person,
						id,
						number,
						tokenHash: bytesOf(input.tokenHash),
						publicKey: bytesOf(input.publicKey),
						signature: bytesOf(input.signature),
						binding: bytesOf(input.binding),
						createdAt: new Date(clock.now()),
						usedAt: null
					});
					await queries.deleteOtherCopies(db, person, id);
					await storeRecipients(db, [{ person, kind: 'code', id, body: bytesOf(input.body) }]);
				});
			} catch (error) {
				if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
				throw error;
			}
			changed(person);
		},

		/** Throws `recovery_unknown` for a code that is none, was replaced, or whose person is not there any more. */
		async open({ token, permitHash }: OpenCodeInput): Promise<OpenedCode> {
			const tokenHash = createHash('sha256').update(bytesOf(token)).digest();
			const { opened, person } = await database.write(async (db) => {
				const row = await queries.findCopyByToken(db, tokenHash);
				if (!row) throw new DienstwegError('recovery_unknown');
				const { code, body, generation, signature } = row;
				const person = await findPerson(db, code.person);
				if (person?.status !== 'active') throw new DienstwegError('recovery_unknown');
				await permitRecovered(db, {
					tokenHash: bytesOf(permitHash),
					person: person.id,
					recoveredBy: 'code'
				});
				await queries.markCodeUsed(db, person.id, new Date(clock.now()));
				const opened = {
					id: code.id,
					generation,
					body: textOf(body),
					signature: textOf(signature),
					binding: textOf(code.binding)
				};
				return { opened, person: person.id };
			});
			changed(person);
			return opened;
		}
	};
};
