/** Policy off means that no copy for custodians exists: looked up in the database, also where one was just being kept. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '#server/db/pool.ts';
import { createLog } from '#server/kernel/log.ts';
import { startOwnPostgres, type OwnPostgres } from '#tests/start/own-postgres.ts';
import { urlOf } from '#tests/start/processes.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf, details, join, tokenHashOf, tokenOf } from './setup/client.ts';
import { keyInput, makeIdentity, type Person } from './setup/custodians.ts';

let postgres: OwnPostgres;
let pool: pg.Pool;
let server: ApiServer;
let ada: Person;
let key: string;

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, createLog('silent'));
	server = await startApiServer({ DATABASE_URL: urlOf(postgres.address) });
	const identity = makeIdentity();
	const secret = tokenOf(await server.firstSecret());
	ada = { ...(await join(server.origin, secret, 'Ada', identity.key)), identity };
	await ada.api.account.publishSealingKey({ key: someBytes(32), signature: someBytes(64) });
	await ada.api.account.rotate({
		generation: 1,
		previous: null,
		signature: someBytes(64),
		sealed: [{ kind: 'device', id: ada.device, body: someBytes(80) }]
	});
	await setPolicy(true);
	const bert = await another('Bert');
	const { id, input } = keyInput([ada, bert], ada);
	await ada.api.recovery.setCustodians(input);
	key = id;
});
afterAll(async () => {
	await server?.close();
	await pool?.end();
	await postgres?.end();
});

async function another(name: string): Promise<Person> {
	const token = someBytes(32);
	await ada.api.enrolment.create({
		id: randomUUID(),
		details: details(name),
		role: 'member',
		tokenHash: tokenHashOf(token),
		validHours: 24
	});
	const identity = makeIdentity();
	return { ...(await join(server.origin, token, '', identity.key)), identity };
}

async function setPolicy(recoveryByIt: boolean): Promise<void> {
	const { version, policy } = await ada.api.policy.get();
	await ada.api.policy.set({ version, policy: { ...policy, recoveryByIt } });
}

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
const waiting = () =>
	count(
		`select count(*) from pg_stat_activity
		where datname = current_database() and backend_type = 'client backend' and wait_event_type = 'Lock'`
	);

test('the rows are gone with the policy, and none comes back by itself', async () => {
	await keepCopy();
	expect(await copies()).toBe(1);
	await setPolicy(false);
	expect(await copies()).toBe(0);
	expect(await codeOf(keepCopy())).toBe('conflict');
	expect(await copies()).toBe(0);
	await setPolicy(true);
	expect(await copies()).toBe(0);
});

test('one that is being kept while the policy is switched off does not stay', async () => {
	const client = await pool.connect();
	try {
		await client.query('begin');
		// Whoever keeps a copy has found that the policy wants it, and waits before the row is there.
		await client.query('lock table backup_recipients in share mode');
		const kept = codeOf(keepCopy());
		await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
		const off = setPolicy(false);
		await expect.poll(waiting, { timeout: 20_000 }).toBe(2);
		await client.query('commit');
		expect(await kept).toBe('no error');
		await off;
	} finally {
		client.release();
	}
	expect(await copies()).toBe(0);
});
