/** The tenth try at code and PIN: wrong ones before it, a right one at last, one that is told of too late. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { terminalsJobs } from '#server/modules/terminals/jobs.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf, type Client } from './setup/client.ts';
import { CodeAndPin, PIN } from './setup/code-and-pin.ts';
import { startWithThree } from './setup/three-people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: ApiServer;
let bert: Client;
let terminal: CodeAndPin;

beforeAll(async () => {
	const started = await startWithThree();
	({ server, bert } = started);
	terminal = await CodeAndPin.register(server, started.ada);
});
afterAll(() => server?.close());
beforeEach(async () => {
	server.advance(HOUR);
	await bert.api.terminals.endPin();
});

/** What of it is in the database. */
const kept = () =>
	inServerDatabase(server.config.dataDir, async ({ read }) => {
		const { rows } = await read.execute(sql`
			select secret, wrapped, (nonce is not null and body is not null) "hasRest",
				(select count(*) from terminal_pin_visits) visits
			from terminal_pins`);
		return rows;
	});

/** The server's cleaning, that many milliseconds after the tenth try has to be proven. */
const clearUp = (after: number) =>
	inServerDatabase(server.config.dataDir, async (database) => {
		const { rows } = await database.read.execute<{ until: number }>(
			sql`select extract(epoch from retry_at)::float8 * 1000 until from terminal_pins`
		);
		const now = (rows[0]?.until ?? 0) + after;
		for (const job of terminalsJobs) await job.run({ database, clock: { now: () => now } });
	});

test('ten wrong PINs, each later than the one before; then it is gone, for the right PIN too', async () => {
	await terminal.setUp(bert);
	const { nonce } = await terminal.open();
	const told: unknown[] = [];
	const tooEarly: string[] = [];
	for (let at = 0; at < MAX_TRIES - 1; at += 1) {
		const tried = await terminal.try(String(100_000 + at));
		if (tried.outcome !== 'evaluated') throw new Error(tried.outcome);
		const { key, left, retryAfter } = tried;
		told.push([key, left]);
		if (retryAfter > 0 && left > 0) tooEarly.push((await terminal.try(PIN)).outcome);
		server.advance(HOUR);
	}
	// The first right one had been counted, and not proven.
	expect(told).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map((left) => [null, left]));
	expect(tooEarly).toEqual(Array.from({ length: 7 }, () => 'resting'));
	for (const pin of [PIN, '000000']) expect((await terminal.try(pin)).outcome).toBe('destroyed');
	expect(await codeOf(terminal.take(fromBase64url(someBytes(32)), nonce))).toBe('not_found');
	expect(await bert.api.terminals.pin()).toMatchObject({ isDestroyed: true });
	expect(await kept()).toEqual([{ secret: null, wrapped: null, hasRest: true, visits: '2' }]);
	await clearUp(-1);
	expect(await kept()).toMatchObject([{ hasRest: true }]);
	await clearUp(1);
	expect(await kept()).toEqual([{ secret: null, wrapped: null, hasRest: false, visits: '0' }]);
	expect(await bert.api.terminals.pin()).toMatchObject({ visits: 0, isDestroyed: true });
});

/** After nine wrong ones. */
async function openByTheLast(): Promise<{ key: Uint8Array; nonce: string }> {
	await terminal.setUp(bert);
	await inServerDatabase(server.config.dataDir, ({ read }) =>
		read.execute(sql`update terminal_pins set failures = ${MAX_TRIES - 1}`)
	);
	const opened = await terminal.open();
	expect((await terminal.try(PIN)).outcome).toBe('destroyed');
	return opened;
}

test('the tenth that is right opens one visit, to whoever asks first, and nothing afterwards', async () => {
	const { key, nonce } = await openByTheLast();
	const taken = await Promise.all([1, 2, 3].map(() => codeOf(terminal.take(key, nonce))));
	expect(taken.toSorted()).toEqual(['no error', 'not_found', 'not_found']);
	expect(await kept()).toEqual([{ secret: null, wrapped: null, hasRest: false, visits: '0' }]);
	expect((await terminal.try(PIN)).outcome).toBe('destroyed');
	expect(await bert.api.terminals.pin()).toMatchObject({ visits: 0, isDestroyed: true });
});

test('the tenth that is right opens nothing where that is proven too late', async () => {
	const { key, nonce } = await openByTheLast();
	server.advance(3 * MINUTE);
	expect(await codeOf(terminal.take(key, nonce))).toBe('not_found');
});
