/** Guessing PINs against the server: with the container's file, without it, at once, over restarts and from two servers. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { blindInput } from '#core/crypto/oprf.ts';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import type { Database } from '#server/db/transaction.ts';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { unlockJobs } from '#server/modules/unlock/jobs.ts';
import { createUnlockService } from '#server/modules/unlock/service.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf, invite, type Client } from './setup/client.ts';
import { ask, makeContainer, type Container } from './setup/container.ts';
import { startWithThree } from './setup/three-people.ts';

const PIN = '739164';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let server: ApiServer;
let ada: Client;
let bert: Client;
let container: Container;

beforeAll(async () => {
	({ server, ada, bert } = await startWithThree());
});
afterAll(() => server?.close());
beforeEach(async () => {
	container = await makeContainer(server.origin);
});

/** A try whose pause before it is sat out. */
const tryLater = (pin: string) => {
	server.advance(HOUR);
	return container.try(pin);
};

const secretOf = (share: string) =>
	inServerDatabase(server.config.dataDir, async ({ read }) => {
		const { rows } = await read.execute<{ secret: Buffer | null }>(
			sql`select secret from unlock_shares where id = ${share}`
		);
		return rows[0]?.secret;
	});

test('the same PIN gives the same output each time, another PIN and another container another one', async () => {
	const outputs = new Set<string>();
	for (const pin of [PIN, PIN, '000000']) {
		const tried = await tryLater(pin);
		if (tried.outcome !== 'evaluated') throw new Error(tried.outcome);
		outputs.add(tried.output);
	}
	expect(outputs.size).toBe(2);
	const other = await (await makeContainer(server.origin)).try(PIN);
	expect(other.outcome === 'evaluated' && outputs.has(other.output)).toBe(false);
});

test('ten tries, each later than the one before; then nothing, for the right PIN neither', async () => {
	const told: unknown[] = [];
	const tooEarly: unknown[] = [];
	for (let at = 0; at < MAX_TRIES; at += 1) {
		const tried = await container.try(String(100_000 + at));
		if (tried.outcome !== 'evaluated') throw new Error(tried.outcome);
		told.push([tried.left, tried.retryAfter]);
		if (tried.retryAfter === 0 || tried.left === 0) continue;
		server.advance((tried.retryAfter - 20) * 1000);
		const early = await container.try(PIN);
		tooEarly.push([early.outcome, early.outcome === 'resting' && early.left]);
		server.advance(20_000);
	}
	expect(told).toEqual([
		[9, 0],
		[8, 0],
		[7, 30],
		[6, 60],
		[5, 120],
		[4, 240],
		[3, 480],
		[2, 960],
		[1, 1920],
		[0, 3600]
	]);
	expect(tooEarly).toEqual([7, 6, 5, 4, 3, 2, 1].map((left) => ['resting', left]));
	expect(await secretOf(container.share)).toBeNull();
	for (let at = 0; at < 3; at += 1) {
		expect(await tryLater(PIN)).toEqual({ outcome: 'destroyed' });
	}
});

test('the right PIN begins the count anew, a wrong proof of it does not', async () => {
	await container.try('1');
	const second = await container.try(PIN);
	if (second.outcome !== 'evaluated') throw new Error(second.outcome);
	const stranger = await makeContainer(server.origin);
	expect(
		await codeOf(
			ask(server.origin, 'confirm', { share: container.share, signature: someBytes(64) })
		)
	).toBe('not_found');
	expect(await codeOf(stranger.confirm(second.nonce))).toBe('not_found');
	await container.confirm(second.nonce);
	// What confirmed one try confirms no other.
	expect(await codeOf(container.confirm(second.nonce))).toBe('not_found');
	const third = await container.try('2');
	expect(third).toMatchObject({ left: MAX_TRIES - 1 });
	expect(await codeOf(container.confirm(second.nonce))).toBe('not_found');
});

test('a copy of the file has the same ten tries, not ten of its own', async () => {
	const copy = container;
	for (let at = 0; at < 4; at += 1) await tryLater(String(at));
	server.advance(HOUR);
	expect(await copy.try('9')).toMatchObject({ left: 5 });
});

test('without the secret in the file there is no share, and nothing is counted', async () => {
	const blinded = toBase64url(blindInput(utf8(PIN)).blinded);
	for (let at = 0; at < MAX_TRIES + 2; at += 1) {
		const guess = { share: container.share, access: someBytes(32), blinded };
		expect(await codeOf(ask(server.origin, 'evaluate', guess))).toBe('not_found');
	}
	const unknown = { share: randomUUID(), access: container.access, blinded };
	expect(await codeOf(ask(server.origin, 'evaluate', unknown))).toBe('not_found');
	expect(await container.try(PIN)).toMatchObject({ left: MAX_TRIES - 1 });
});

test('what is no blinded PIN is refused and not counted', async () => {
	const { share, access } = container;
	const nothing = { share, access, blinded: toBase64url(new Uint8Array(32)) };
	expect(await codeOf(ask(server.origin, 'evaluate', nothing))).toBe('bad_request');
	expect(await container.try(PIN)).toMatchObject({ left: MAX_TRIES - 1 });
});

test('tries and the end of them outlast the server', async () => {
	for (let at = 0; at < 9; at += 1) await tryLater(String(at));
	await server.restart();
	expect(await tryLater('x')).toMatchObject({ outcome: 'evaluated', left: 0 });
	await server.restart();
	expect(await tryLater(PIN)).toEqual({ outcome: 'destroyed' });
});

test('forty at once, by two servers on one database, are ten at most', async () => {
	const folderKey = openServerKeys(server.config.dataDir).unlock;
	const bus = createEventBus<LiveTopics>(createLog('silent'));
	let ahead = 0;
	// Each later than any pause, so that the count alone decides.
	const clock = { now: () => Date.now() + (ahead += 2 * HOUR) };
	const { dataDir } = server.config;
	const node = (database: Database) => createUnlockService({ database, clock, bus, folderKey });
	await inServerDatabase(dataDir, (first) =>
		inServerDatabase(dataDir, async (second) => {
			const nodes = [node(first), node(second)] as const;
			const { share, access } = container;
			const answers = await Promise.all(
				Array.from({ length: 40 }, async (_none, at) => {
					const blinded = toBase64url(blindInput(utf8(String(at))).blinded);
					return nodes[at % 2 === 0 ? 0 : 1].evaluate({ share, access, blinded });
				})
			);
			const evaluated = answers.flatMap((answer) =>
				answer.outcome === 'evaluated' ? [answer.left] : []
			);
			expect(evaluated.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
			expect(answers.filter((answer) => answer.outcome === 'destroyed')).toHaveLength(30);
		})
	);
});

test('without the pauses’ end, many at once get the free ones only', async () => {
	const answers = await Promise.all(Array.from({ length: 30 }, () => container.try('0')));
	expect(answers.filter(({ outcome }) => outcome === 'evaluated')).toHaveLength(3);
});

test('revoking a device destroys its share, and says so to whoever has the container only', async () => {
	const cora = await invite(server.origin, ada, { name: 'Cora' });
	await container.bind(cora.cookie());
	expect(await container.try(PIN)).toMatchObject({ outcome: 'evaluated', bound: true });
	await ada.api.devices.revoke({ id: cora.device });
	expect(await secretOf(container.share)).toBeNull();
	expect(await codeOf(container.try(PIN))).toBe('device_revoked');
	const { share } = container;
	const blinded = toBase64url(blindInput(utf8(PIN)).blinded);
	const guess = { share, access: someBytes(32), blinded };
	expect(await codeOf(ask(server.origin, 'evaluate', guess))).toBe('not_found');
});

test('nobody takes over another device’s share', async () => {
	await container.bind(bert.cookie());
	await container.bind(bert.cookie());
	expect(await codeOf(container.bind(ada.cookie()))).toBe('not_found');
	expect(
		await codeOf(
			ask(server.origin, 'bind', { share: container.share, access: someBytes(32) }, bert.cookie())
		)
	).toBe('not_found');
	expect(await codeOf(container.bind(''))).toBe('unauthenticated');
});

test('a device’s new share takes the place of the old one, which a copy of the old file is good for no more', async () => {
	await container.bind(bert.cookie());
	const next = await makeContainer(server.origin);
	await next.bind(bert.cookie());
	expect(await container.try(PIN)).toEqual({ outcome: 'destroyed' });
	expect(await secretOf(container.share)).toBeNull();
	expect(await next.try(PIN)).toMatchObject({ outcome: 'evaluated' });
});

test('who has opened it can have the share destroyed, who has only the file can’t', async () => {
	const stranger = await makeContainer(server.origin);
	const forged = { share: container.share, signature: someBytes(64) };
	expect(await codeOf(ask(server.origin, 'release', forged))).toBe('not_found');
	expect(await codeOf(stranger.release())).toBe('no error');
	expect(await container.try(PIN)).toMatchObject({ outcome: 'evaluated' });
	await container.release();
	expect(await container.try(PIN)).toEqual({ outcome: 'destroyed' });
});

test('registered again because the answer was lost, it is the same; another one’s id is taken', async () => {
	const { registration } = container;
	const first = await container.try(PIN);
	await ask(server.origin, 'register', registration);
	expect(await container.try(PIN)).toMatchObject({
		left: MAX_TRIES - 2,
		output: first.outcome === 'evaluated' && first.output
	});
	const other = { ...registration, accessHash: someBytes(32) };
	expect(await codeOf(ask(server.origin, 'register', other))).toBe('conflict');
});

test('shares of nobody go after a week, those of devices stay', async () => {
	const left = await makeContainer(server.origin);
	await container.bind(bert.cookie());
	await inServerDatabase(server.config.dataDir, async (database) => {
		for (const job of unlockJobs) {
			await job.run({ database, clock: { now: () => Date.now() + 1000 * DAY } });
		}
	});
	expect(await codeOf(left.try(PIN))).toBe('not_found');
	server.advance(HOUR);
	expect(await container.try(PIN)).toMatchObject({ outcome: 'evaluated' });
});

test('with another key folder no try is counted as wrong; with the right one again all is as before', async () => {
	const file = path.join(server.config.dataDir, 'keys', 'unlock-key');
	const key = await readFile(file, 'utf8');
	const before = await container.try(PIN);
	await writeFile(file, 'ab'.repeat(32));
	await server.restart();
	expect(await codeOf(container.try(PIN))).toBe('unavailable');
	await writeFile(file, key);
	await server.restart();
	expect(await container.try(PIN)).toMatchObject({
		left: MAX_TRIES - 2,
		output: before.outcome === 'evaluated' && before.output
	});
});
