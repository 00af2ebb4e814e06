/**
 * The terminals that there are, as IT keeps them. IT sees whether one is in use, so as to end what somebody has left
 * open, and not by whom: who sat where and when is nothing that it needs for that.
 */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	RegisterTerminalInput,
	Terminal,
	UpdateTerminalInput
} from '#shared/contract/terminals.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries/terminals.ts';
import { findVisits } from './queries/visits.ts';
import type { TerminalGround, Visits } from './visits.ts';

export const createRegistry = ({ database, clock }: TerminalGround, visits: Visits) => ({
	async list(): Promise<Terminal[]> {
		const rows = await queries.listTerminals(database.read);
		const visited = await findVisits(database.read);
		const since = new Map(visited.map((visit) => [visit.terminal, visit.since.getTime()]));
		return rows.map(({ id, name, place, idleMinutes, createdAt, seenAt }) => ({
			id,
			name,
			place,
			idleMinutes,
			createdAt: createdAt.getTime(),
			seenAt: seenAt?.getTime() ?? null,
			inUseSince: since.get(id) ?? null
		}));
	},

	/** Repeatable. Throws `conflict` for an id or a link that is another's. */
	async register(
		{ person }: Caller,
		{ tokenHash, ...input }: RegisterTerminalInput
	): Promise<void> {
		const hash = Buffer.from(tokenHash, 'base64url');
		try {
			await database.write(async (db) => {
				const known = await queries.findTerminal(db, input.id);
				if (known?.tokenHash.equals(hash)) return;
				if (known) throw new DienstwegError('conflict');
				const createdAt = new Date(clock.now());
				await queries.insertTerminal(db, {
					...input,
					tokenHash: hash,
					createdBy: person,
					createdAt
				});
			});
		} catch (error) {
			if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
			throw error;
		}
	},

	async update({ id, ...change }: UpdateTerminalInput): Promise<void> {
		const isKnown = await database.write((db) => queries.updateTerminal(db, id, change));
		if (!isKnown) throw new DienstwegError('not_found');
	},

	/** Whoever is signed in there is signed out. */
	end: (id: string): Promise<void> => visits.endAt(id),

	/** Its link is worth nothing any more. */
	async remove(id: string): Promise<void> {
		await visits.endAt(id);
		await database.write((db) => queries.deleteTerminal(db, id));
	}
});
