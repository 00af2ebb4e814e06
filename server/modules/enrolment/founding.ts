/** The first administrator's invitation, which the start of the server prints. */
import { randomBytes, randomUUID } from 'node:crypto';
import { INVITATION_DEFAULT_HOURS, INVITATION_SECRET_BYTES } from '#shared/contract/invitation.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { hasJoinedAdmin, insertPerson, nextChange } from '#server/modules/directory/queries.ts';
import { deleteInvitation, findFounding, insertInvitation } from './queries.ts';
import { tokenHashOfSecret } from './token.ts';

const HOUR = 60 * 60 * 1000;

const createFounder = async (db: WriteDb, change: number, at: Date): Promise<string> => {
	const id = randomUUID();
	await insertPerson(db, {
		id,
		displayName: '',
		department: '',
		functionTitle: '',
		phone: '',
		email: '',
		role: 'admin',
		status: 'invited',
		change,
		createdAt: at
	});
	return id;
};

/**
 * A fresh secret for the link, 16 bytes as base64url, as long as no administrator has joined; then null. The
 * link of an earlier start stops working: only its hash is kept, so it can't be printed again.
 */
export const createFoundingSecret = (database: Database, clock: Clock): Promise<string | null> =>
	database.write(async (db) => {
		// Under the directory's lock: two nodes that start at once make one invitation.
		const change = await nextChange(db);
		if (await hasJoinedAdmin(db)) return null;
		const secret = randomBytes(INVITATION_SECRET_BYTES);
		const at = new Date(clock.now());
		const earlier = await findFounding(db);
		if (earlier) await deleteInvitation(db, earlier.id);
		await insertInvitation(db, {
			id: randomUUID(),
			person: earlier?.person ?? (await createFounder(db, change, at)),
			tokenHash: tokenHashOfSecret(secret),
			createdAt: at,
			createdBy: null,
			expiresAt: new Date(at.getTime() + INVITATION_DEFAULT_HOURS * HOUR)
		});
		return secret.toString('base64url');
	});
