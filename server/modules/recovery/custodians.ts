/**
 * The authority's recovery key: who its custodians are, and that copies for it exist only while the policy wants them.
 * Sees no share; must never keep a copy for a key that is not the newest, or against the policy.
 */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Policy } from '#shared/contract/policy.ts';
import type { SetCustodiansInput } from '#shared/contract/recovery.ts';
import {
	custodiansMessage,
	readCustodians,
	type CustodiansStatement
} from '#shared/domain/custodians.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import type { Database, ReadDb, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findPeople, findPerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { currentPolicy } from '#server/modules/policy/service.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isEd25519 } from '#server/modules/session/signature.ts';
import { appendStatement } from '#server/modules/transparency/append.ts';
import * as queries from './key-queries.ts';
import { cancelGoingOn } from './stage.ts';

export interface CustodiansOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Domain of the authority. */
	domain: string;
}

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

export interface CurrentKey {
	row: queries.KeyRow;
	statement: CustodiansStatement;
}

/** The key that copies are made for now; null where there is none, it was retired, or the policy wants none. */
export const currentKey = async (db: ReadDb): Promise<CurrentKey | null> => {
	if (!(await currentPolicy(db)).recoveryByIt) return null;
	const row = await queries.findNewestKey(db);
	const read = row?.retiredAt === null ? readCustodians(row.statement) : null;
	return row && read ? { row, statement: read.statement } : null;
};

/** Copies for the keys so far, and their shares. */
const endKeys = async (db: WriteDb, at: Date): Promise<void> => {
	await queries.deleteCopies(db);
	await queries.retireKeys(db, at);
};

/**
 * Inside the transaction that lays down the policy: with recovery by IT off, no copy is left, and none is made for these
 * custodians again. Of requests stays what tells a new device that waits that it is over.
 */
export const createDropUnwanted =
	({ clock }: Pick<CustodiansOptions, 'clock'>) =>
	async (db: WriteDb, { recoveryByIt }: Policy, by: string): Promise<void> => {
		if (recoveryByIt) return;
		await queries.lockCopies(db);
		const at = new Date(clock.now());
		await cancelGoingOn(db, null, { endedBy: by, endedAt: at });
		await queries.deleteParts(db);
		await endKeys(db, at);
	};

/** What is wrong with a statement, as a field; null where nothing is. */
const faultOf = async (
	db: ReadDb,
	caller: Caller,
	{ input, domain }: { input: SetCustodiansInput; domain: string }
): Promise<string | null> => {
	const read = readCustodians(bytesOf(input.statement));
	const admin = await findPerson(db, caller.person);
	if (!read || !admin?.identityKey) return 'statement';
	const { statement, body, signature } = read;
	const isTheirs =
		statement.admin === caller.person && admin.identityKey.equals(statement.adminKey);
	const message = custodiansMessage(domain, body);
	if (!isTheirs || !isEd25519(admin.identityKey, message, Buffer.from(signature)))
		return 'signature';
	const people = await findPeople(
		db,
		statement.custodians.map(({ person }) => person)
	);
	const isKnown = statement.custodians.every(({ person, identityKey }) => {
		const known = people.find(({ id }) => id === person);
		return known?.status === 'active' && known.identityKey?.equals(identityKey) === true;
	});
	if (!isKnown) return 'custodians';
	const shared = new Set(input.shares.map(({ custodian }) => custodian));
	const isComplete =
		shared.size === input.shares.length &&
		shared.size === statement.custodians.length &&
		statement.custodians.every(({ person }) => shared.has(person));
	return isComplete ? null : 'shares';
};

export const createSetCustodians =
	({ database, clock, bus, domain }: CustodiansOptions) =>
	/**
	 * Copies for the key before, and requests that are open, end with the commit. Throws `forbidden` where the policy wants
	 * no recovery by IT, `bad_request`, and `conflict` where somebody else was first.
	 */
	async (caller: Caller, input: SetCustodiansInput): Promise<void> => {
		try {
			await database.write(async (db) => {
				await queries.lockCopies(db);
				if (!(await currentPolicy(db)).recoveryByIt) throw new DienstwegError('forbidden');
				const fault = await faultOf(db, caller, { input, domain });
				if (fault !== null) throw new DienstwegError('bad_request', { field: fault });
				const bytes = bytesOf(input.statement);
				const statement = readCustodians(bytes)?.statement;
				if (!statement) throw new DienstwegError('internal');
				const known = await queries.findNewestKey(db);
				const isKept = known?.id === statement.id && known.statement.equals(bytes);
				if (isKept && known.retiredAt === null) return;
				if (statement.number <= (known?.number ?? 0)) throw new DienstwegError('conflict');
				const at = new Date(clock.now());
				const { id, number } = statement;
				await cancelGoingOn(db, null, { endedBy: caller.person, endedAt: at });
				await endKeys(db, at);
				await queries.insertKey(db, {
					id,
					number,
					statement: bytes,
					by: caller.person,
					createdAt: at
				});
				await queries.insertShares(
					db,
					input.shares.map(({ custodian, body }) => ({ key: id, custodian, body: bytesOf(body) }))
				);
				const leaf = { type: STATEMENT.custodians, person: caller.person, statement: bytes };
				await appendStatement(db, leaf, at);
			});
		} catch (error) {
			if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
			throw error;
		}
		// Devices seal for it as they look again.
		publishEvent(bus, { kind: 'everyone' }, { type: 'policy' });
		publishEvent(bus, { kind: 'everyone' }, { type: 'recovery' });
	};
