/** What the authority lays down: keeps every change of it with who made it, and tells all devices. */
import { isDeepStrictEqual } from 'node:util';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Policy, PolicyChange, PolicyState, SetPolicyInput } from '#shared/contract/policy.ts';
import { POLICY_CHANGES_LIMIT } from '#shared/contract/policy.ts';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import type { Database, ReadDb, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries.ts';
import type { PolicyChangeRow } from './queries.ts';

export interface PolicyOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Does what follows from a new policy, laid down by this person, inside the transaction that lays it down. */
	onSet(db: WriteDb, policy: Policy, by: string): Promise<void>;
}

export type PolicyService = ReturnType<typeof createPolicyService>;

const valuesOf = (row: PolicyChangeRow | undefined): Policy => ({
	...DEFAULT_POLICY,
	...row?.policy
});

const stateOf = (row: PolicyChangeRow | undefined): PolicyState => ({
	version: row?.version ?? 0,
	policy: valuesOf(row),
	changed: row ? { by: row.by, at: row.at.getTime() } : null
});

/** What holds now, as the caller's transaction sees it. */
export const currentPolicy = async (db: ReadDb): Promise<Policy> => {
	const [newest] = await queries.findNewest(db, 1);
	return valuesOf(newest);
};

export const createPolicyService = ({ database, clock, bus, onSet }: PolicyOptions) => ({
	async get(): Promise<PolicyState> {
		const [newest] = await queries.findNewest(database.read, 1);
		return stateOf(newest);
	},

	/** Throws `conflict` where somebody else has changed it meanwhile. What changes nothing is no change. */
	async set(caller: Caller, { version, policy }: SetPolicyInput): Promise<PolicyState> {
		try {
			const { state, isChanged } = await database.write(async (db) => {
				const [newest] = await queries.findNewest(db, 1);
				const before = stateOf(newest);
				if (isDeepStrictEqual(before.policy, policy)) return { state: before, isChanged: false };
				if (before.version !== version) throw new DienstwegError('conflict');
				const at = new Date(clock.now());
				const row = { version: version + 1, policy, by: caller.person, at };
				await queries.insertChange(db, row);
				await onSet(db, policy, caller.person);
				return { state: stateOf(row), isChanged: true };
			});
			if (isChanged) publishEvent(bus, { kind: 'everyone' }, { type: 'policy' });
			return state;
		} catch (error) {
			if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
			throw error;
		}
	},

	/** The last changes, newest first. */
	async changes(): Promise<PolicyChange[]> {
		const rows = await queries.findNewest(database.read, POLICY_CHANGES_LIMIT);
		return rows.map((row) => ({
			version: row.version,
			policy: valuesOf(row),
			by: row.by,
			at: row.at.getTime()
		}));
	}
});
