/** Policy off means that no copy for custodians exists: looked up in the database, also where one was just being kept. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPool } from '#server/db/pool.ts';
import { createLog } from '#server/kernel/log.ts';
import { startOwnPostgres, type OwnPostgres } from '#tests/start/own-postgres.ts';
import { urlOf } from '#tests/start/processes.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf } from './setup/client.ts';
import {
	anotherPerson,
	firstPerson,
	keepAccount,
	keyInput,
	setPolicy,
	startInput,
	type Person
} from './setup/custodians.ts';

let postgres: OwnPostgres;
let pool: pg.Pool;
let server: ApiServer;
let ada: Person;
let bert: Person;
let cora: Person;
let key: string;
let statement: ReturnType<typeof keyInput>['input'];

const setKey = async (): Promise<void> => {
	({ id: key, input: statement } = keyInput([ada, bert], ada));
	await ada.api.recovery.setCustodians(statement);
};

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, createLog('silent'));
	server = await startApiServer({ DATABASE_URL: urlOf(postgres.address) });
	ada = await firstPerson(server, 'Ada');
	[bert, cora] = [
		await anotherPerson(server, ada, 'Bert'),
		await anotherPerson(server, ada, 'Cora')
	];
	await keepAccount(ada, null);
	await setPolicy(ada, true);
});
beforeEach(async () => {
	await setPolicy(ada, true);
	await setKey();
});
afterAll(async () => {
	await server?.close();
	await pool?.end();
	await postgres?.end();
});

const keepCopy = () =>
	ada.api.account.addRecipient({
		generation: 1,
		kind: 'custodians',
		id: key,
		body: someBytes(300)
	});

const count = async (query: string): Promise<number> =>
	Number((await pool.query<{ count: string }>(query)).rows[0]?.count);
const copies = () => count(`select count(*) from backup_recipients where kind = 'custodians'`);
const shares = () => count('select count(*) from recovery_shares');
const openRequests = () => count('select count(*) from recovery_requests where ending is null');
const parts = () => count('select count(*) from recovery_parts');
/** Newest first. */
const keys = async () =>
	(
		await pool.query<{ id: string; number: number; retired_at: Date | null }>(
			'select id, number, retired_at from recovery_keys order by number desc'
		)
	).rows;
const waiting = () =>
	count(
		`select count(*) from pg_stat_activity
		where datname = current_database() and backend_type = 'client backend' and wait_event_type = 'Lock'`
	);

/** Runs both, `first` held up in the database by a lock on the table, `second` begun while it waits. */
async function whileHeldUp(
	table: string,
	first: () => Promise<unknown>,
	second: () => Promise<unknown>
): Promise<void> {
	const client = await pool.connect();
	try {
		await client.query('begin');
		await client.query(`lock table ${table} in share mode`);
		const begun = first();
		await expect.poll(waiting).toBe(1);
		const next = second();
		await expect.poll(waiting).toBe(2);
		await client.query('commit');
		await Promise.all([begun, next]);
	} finally {
		client.release();
	}
}

test('the rows are gone with the policy, and none comes back by itself', async () => {
	await keepCopy();
	expect(await copies()).toBe(1);
	await setPolicy(ada, false);
	expect(await copies()).toBe(0);
	expect(await codeOf(keepCopy())).toBe('conflict');
	expect(await copies()).toBe(0);
	await setPolicy(ada, true);
	expect(await copies()).toBe(0);
});

test('those who were custodians before are none when it is switched on again: they have to be chosen anew', async () => {
	const [before] = await keys();
	expect(before).toMatchObject({ id: key, retired_at: null });
	expect(await shares()).toBe(2);
	await setPolicy(ada, false);
	expect((await keys())[0]?.retired_at).toBeInstanceOf(Date);
	expect(await shares()).toBe(0);
	await setPolicy(ada, true);
	expect(await codeOf(keepCopy())).toBe('conflict');
	const { custodians, keyNumber } = await ada.api.recovery.recipients();
	expect([custodians, keyNumber]).toEqual([null, before?.number]);
	// Nor does what an administrator said once count again, however often it is sent.
	expect(await codeOf(ada.api.recovery.setCustodians(statement))).toBe('conflict');
	await setKey();
	expect((await keys()).map(({ retired_at }) => retired_at === null)).toEqual([
		true,
		...Array.from({ length: (await keys()).length - 1 }, () => false)
	]);
	expect((await keys())[0]?.number).toBeGreaterThan(before?.number ?? 0);
	await keepCopy();
	expect(await copies()).toBe(1);
});

test('of custodians who were replaced nothing is left but that they were', async () => {
	await keepCopy();
	await setKey();
	expect([await copies(), await shares()]).toEqual([0, 2]);
});

test('one that is being kept while the policy is switched off does not stay', async () => {
	// Whoever keeps a copy has found that the policy wants it, and waits before the row is there.
	await whileHeldUp(
		'backup_recipients',
		() => keepCopy(),
		() => setPolicy(ada, false)
	);
	expect(await copies()).toBe(0);
});

test('a request that is begun while the policy is switched off is over with it, and nothing of it can be used', async () => {
	({ id: key, input: statement } = keyInput([ada, bert, cora], ada));
	await ada.api.recovery.setCustodians(statement);
	await keepCopy();
	const input = startInput({ id: key, custodians: [ada, bert, cora] }, ada, someBytes(32));
	await whileHeldUp(
		'recovery_requests',
		() => ada.api.recovery.start(input),
		() => setPolicy(ada, false)
	);
	expect(await openRequests()).toBe(0);
	expect(await parts()).toBe(0);
});
