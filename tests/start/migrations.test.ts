import { migrateDatabase } from '#server/db/migrate.ts';
import { openPool } from '#server/db/pool.ts';
import { openDatabase } from '#server/db/transaction.ts';
import { createLog } from '#server/kernel/log.ts';
import {
	findConversation,
	findGroupInfo
} from '#server/modules/conversations/queries/conversations.ts';
import { findFormerMemberships } from '#server/modules/conversations/queries/memberships.ts';
import { findBeginning, findPage, toEntry } from '#server/modules/conversations/queries/log.ts';
import { findChangedPeople } from '#server/modules/directory/queries.ts';
import { findSubscription, leaseDue } from '#server/modules/notifications/queries.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import { ROOT, serverCommand, statusOf, until, urlOf } from './processes.ts';

const MIGRATORS = 4;
const ROUNDS = 5;
const log = createLog('silent');

let postgres: OwnPostgres;
let pool: pg.Pool;

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, log);
});
afterAll(async () => {
	await pool.end();
	await postgres.end();
});
beforeEach(async () => {
	await pool.query('drop schema if exists drizzle cascade');
	await pool.query('drop schema public cascade');
	await pool.query('create schema public');
});

const applied = async (): Promise<number> => {
	const { rows } = await pool.query<{ n: number }>(
		'select count(*)::int as n from drizzle.__drizzle_migrations'
	);
	return rows[0]?.n ?? 0;
};
const MIGRATIONS = path.join(ROOT, 'server/db/migrations');
const JOURNAL = 'meta/_journal.json';
const journal = JSON.parse(readFileSync(path.join(MIGRATIONS, JOURNAL), 'utf8')) as {
	entries: { idx: number }[];
};

/** The first ones only, in a folder as a release of then had it. */
function migrationsUpTo(last: number): string {
	const folder = path.join(postgres.folder, `migrations up to ${last}`);
	cpSync(MIGRATIONS, folder, { recursive: true });
	const entries = journal.entries.filter(({ idx }) => idx <= last);
	writeFileSync(path.join(folder, JOURNAL), JSON.stringify({ ...journal, entries }));
	return folder;
}

async function migrateFromAnotherServer(): Promise<void> {
	const own = openPool(postgres.address, log);
	try {
		await migrateDatabase(own);
	} finally {
		await own.end();
	}
}

test('several that migrate at once leave what one would leave', async () => {
	for (let round = 0; round < ROUNDS; round++) {
		await pool.query('drop schema if exists drizzle cascade');
		await pool.query('drop schema public cascade');
		await pool.query('create schema public');
		await Promise.all(Array.from({ length: MIGRATORS }, migrateFromAnotherServer));
		expect(await applied()).toBe(journal.entries.length);
	}
});

test('migrating again changes nothing', async () => {
	await migrateDatabase(pool);
	await migrateDatabase(pool);
	expect(await applied()).toBe(journal.entries.length);
});

test('a conversation from before commits could be taken back is there afterwards, with nothing in dispute', async () => {
	await migrateDatabase(pool, migrationsUpTo(1));
	const id = randomUUID();
	await pool.query(
		`insert into conversations (id, kind, head, epoch, epoch_since, epoch_changed_devices, revision, created_at)
		values ($1, 'group', 2, 2, now(), false, 1, now())`,
		[id]
	);
	await pool.query(`insert into group_infos values ($1, 2, 'info')`, [id]);
	for (const seq of [1, 2])
		await pool.query(
			`insert into log_entries (conversation, seq, id, kind, epoch, person, device, at, body, external)
			values ($1, $2, $3, 'commit', $2::bigint - 1, $1, $1, now(), 'commit', false)`,
			[id, seq, randomUUID()]
		);
	await migrateDatabase(pool);
	expect(await applied()).toBe(journal.entries.length);
	const { read } = openDatabase(pool);
	expect(await findConversation(read, id)).toMatchObject({ head: 2, disputed: null, lastVoid: 0 });
	expect((await findGroupInfo(read, id, 2))?.body.toString()).toBe('info');
	expect(await findBeginning(read, id, 2)).toBe(2);
	const page = await findPage(read, {
		conversation: id,
		from: 1,
		to: 2,
		limit: 10,
		start: 'oldest'
	});
	expect(page.map(toEntry).map(({ seq, kind }) => [seq, kind])).toEqual([
		[1, 'commit'],
		[2, 'commit']
	]);
});

test('a push that waited before push services could ask for a pause is due afterwards as before', async () => {
	await migrateDatabase(pool, migrationsUpTo(2));
	const device = randomUUID();
	const at = new Date();
	await pool.query(
		`insert into people (id, display_name, department, function_title, phone, email, role, status, change, created_at)
		values ($1, 'Ada', '', '', '', '', 'member', 'active', 1, $2)`,
		[device, at]
	);
	await pool.query(
		`insert into devices (id, person, name, kind, signature_key, certificate, created_at)
		values ($1, $1, 'Telefon', 'phone', 'key', 'certificate', $2)`,
		[device, at]
	);
	await pool.query(
		`insert into push_subscriptions (device, endpoint, p256dh, auth, locale, created_at)
		values ($1, 'https://push.example/1', 'key', 'secret', 'de', $2)`,
		[device, at]
	);
	await pool.query(
		`insert into push_queue (id, device, attempts, due_at, created_at) values ($1, $1, 0, $2, $2)`,
		[device, at]
	);
	await migrateDatabase(pool);
	const { read, write } = openDatabase(pool);
	expect(await findSubscription(read, device)).toMatchObject({
		endpoint: 'https://push.example/1',
		waitUntil: null
	});
	const lease = { now: at, leaseUntil: at, limit: 10 };
	expect(await write((db) => leaseDue(db, lease))).toMatchObject([{ device, attempts: 0 }]);
});

test('clients that were told of everybody before are told afterwards who has no device', async () => {
	await migrateDatabase(pool, migrationsUpTo(3));
	const [there, gone] = [randomUUID(), randomUUID()];
	for (const [index, id] of [there, gone].entries()) {
		await pool.query(
			`insert into people (id, display_name, department, function_title, phone, email, role, status, change, created_at)
			values ($1, 'Ada', '', '', '', '', 'member', 'active', nextval('directory_change'), now())`,
			[id]
		);
		await pool.query(
			`insert into devices (id, person, name, kind, signature_key, certificate, created_at, revoked_at)
			values ($1, $1, 'Telefon', 'phone', $2, 'certificate', now(), $3)`,
			[id, `key ${index}`, id === gone ? new Date() : null]
		);
	}
	const { read } = openDatabase(pool);
	const before = await pool.query('select max(change)::int as last from people');
	await migrateDatabase(pool);
	const told = await findChangedPeople(read, before.rows[0].last);
	expect(told.map(({ person, hasDevice }) => [person.id, hasDevice])).toEqual([[gone, false]]);
});

test('whoever had been let in again keeps what the membership before gave them', async () => {
	await migrateDatabase(pool, migrationsUpTo(4));
	const [conversation, ada, bert] = [randomUUID(), randomUUID(), randomUUID()];
	for (const [index, id] of [ada, bert].entries()) {
		await pool.query(
			`insert into people (id, display_name, department, function_title, phone, email, role, status, change, created_at)
			values ($1, 'Ada', '', '', '', '', 'member', 'active', nextval('directory_change'), now())`,
			[id]
		);
		await pool.query(
			`insert into devices (id, person, name, kind, signature_key, certificate, created_at)
			values ($1, $1, 'Telefon', 'phone', $2, 'certificate', now())`,
			[id, `key ${index}`]
		);
	}
	await pool.query(
		`insert into conversations (id, kind, head, epoch, epoch_since, epoch_changed_devices, revision, created_at)
		values ($1, 'group', 9, 5, now(), false, 1, now())`,
		[conversation]
	);
	await pool.query(
		`insert into members (conversation, person, role, since, delivered, read)
		values ($1, $2, 'admin', 1, 0, 0), ($1, $3, 'member', 9, 0, 0)`,
		[conversation, ada, bert]
	);
	const enter = (seq: number, kind: string, add: string[] = [], remove: string[] = []) =>
		pool.query(
			`insert into log_entries
			(conversation, seq, id, kind, epoch, person, device, at, body, external, devices_added, devices_removed)
			values ($1, $2, $3, $4, $2, $5, $5, now(), '', $6, $7, $8)`,
			[conversation, seq, randomUUID(), kind, ada, add[0] === ada, add, remove]
		);
	await enter(1, 'commit', [bert]);
	await enter(2, 'message');
	// Somebody's coming in anew, after Bert had left and before he was taken out, is none of his.
	await enter(3, 'commit', [ada], [ada]);
	await enter(4, 'commit', [], [bert]);
	await enter(5, 'commit', [bert]);
	await enter(6, 'message');
	await enter(7, 'commit', [], [bert]);
	await enter(8, 'message');
	await enter(9, 'commit', [bert]);
	await migrateDatabase(pool);
	const { read } = openDatabase(pool);
	const found = await findFormerMemberships(read, [conversation], [ada, bert]);
	expect(found.toSorted((a, b) => a.since - b.since)).toEqual([
		{ conversation, person: bert, since: 1, until: 2 },
		{ conversation, person: bert, since: 5, until: 6 }
	]);
});

test('a server runs on the database in DATABASE_URL and leaves it running', async () => {
	const port = await freePort();
	const child = spawn(process.execPath, serverCommand(), {
		cwd: ROOT,
		env: {
			PATH: process.env['PATH'],
			PORT: String(port),
			DATA_DIR: path.join(postgres.folder, 'other'),
			DATABASE_URL: urlOf(postgres.address)
		},
		stdio: 'inherit'
	});
	await until('it serves', async () => {
		expect(child.exitCode).toBeNull();
		return (await statusOf(`http://localhost:${port}/readyz`)) === 200;
	});
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	expect(await applied()).toBe(journal.entries.length);
});
