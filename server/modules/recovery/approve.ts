/**
 * A custodian approves that somebody's access is restored. Must never count one twice, nor the person, nor an approval of
 * another new device than the one that has come.
 */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ApproveRecoveryInput } from '#shared/contract/recovery.ts';
import { FEWEST_CUSTODIANS } from '#shared/domain/custodians.ts';
import { approvalMessage, encodeRestoration, type Approval } from '#shared/domain/restoration.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { findPerson, nextChange, updatePerson } from '#server/modules/directory/queries.ts';
import { publishEvent } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isEd25519 } from '#server/modules/session/signature.ts';
import { appendStatement } from '#server/modules/transparency/append.ts';
import type { CustodiansOptions } from './custodians.ts';
import { requireOpen, tellOfRequest } from './open-request.ts';
import * as queries from './request-queries.ts';
import { isPresented, type Presented } from './stage.ts';

/** A custodian's clock may be this far from the server's (ms). */
const CLOCK_MILLIS = 24 * 60 * 60_000;

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

export const createApproveRecovery = ({ database, clock, bus, domain }: CustodiansOptions) => {
	/** Two have approved: the log says so, and the directory, whatever the new device does. */
	const restore = async (db: WriteDb, row: Presented, identityKey: Buffer): Promise<void> => {
		const parts = await queries.findMadeParts(db, row.id);
		const at = new Date(clock.now());
		const approvals = parts.map(({ custodian, signedAt, signature }): Approval => ({
			custodian,
			at: signedAt.getTime(),
			signature
		}));
		const { person, requesterKey } = row;
		const restoration = { request: row.id, person, identityKey, requesterKey };
		await updatePerson(db, person, {
			restoredAt: at,
			restoredBy: parts.map(({ custodian }) => custodian),
			change: await nextChange(db)
		});
		await appendStatement(
			db,
			{ type: STATEMENT.restoration, person, statement: encodeRestoration(restoration, approvals) },
			at
		);
	};

	/** Throws `not_found` for whoever is no custodian of it, `conflict` for a second time or another new device. */
	return async (caller: Caller, input: ApproveRecoveryInput): Promise<void> => {
		const { id, at } = input;
		const custodian = caller.person;
		const { person, custodians } = await database.write(async (db) => {
			const { row, parts, stage } = await requireOpen(db, clock, { id });
			const custodians = parts.map((part) => part.custodian);
			if (!custodians.includes(custodian) || row.person === custodian)
				throw new DienstwegError('not_found');
			if (
				stage !== 'presented' ||
				!isPresented(row) ||
				!row.requesterKey.equals(bytesOf(input.requesterKey))
			)
				throw new DienstwegError('conflict');
			const [self, person] = [await findPerson(db, custodian), await findPerson(db, row.person)];
			if (!self?.identityKey || !person?.identityKey) throw new DienstwegError('not_found');
			const { identityKey } = person;
			const restoration = {
				request: id,
				person: row.person,
				identityKey,
				requesterKey: row.requesterKey
			};
			const message = approvalMessage(domain, restoration, { custodian, at });
			const signature = bytesOf(input.signature);
			if (!isEd25519(self.identityKey, message, signature))
				throw new DienstwegError('bad_request', { field: 'signature' });
			if (Math.abs(at - clock.now()) > CLOCK_MILLIS)
				throw new DienstwegError('bad_request', { field: 'at' });
			const part = { body: bytesOf(input.body), signature, signedAt: new Date(at) };
			const isFirst = await queries.storePart(db, { request: id, custodian }, part);
			if (!isFirst) throw new DienstwegError('conflict');
			const made = await queries.findMadeParts(db, id);
			if (made.length === FEWEST_CUSTODIANS) await restore(db, row, identityKey);
			return { person: row.person, custodians };
		});
		tellOfRequest(bus, [...custodians, person]);
		publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
	};
};
