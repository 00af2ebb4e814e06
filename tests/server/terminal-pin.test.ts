/** Code and PIN at terminals, as attackers see them: the database, the API, other browsers, former people, two servers. */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { equalBytes, fromBase64url, toBase64url, toHex, utf8 } from '#core/crypto/bytes.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import {
	makeTerminalCode,
	openCode,
	unwrapVisitsKey
} from '#core/protocol/terminal/code-and-pin.ts';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { createPins } from '#server/modules/terminals/pins.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { anonymous, codeOf, invite, type Client } from './setup/client.ts';
import { allowTerminalPin, CodeAndPin, PIN } from './setup/code-and-pin.ts';
import { startWithThree } from './setup/three-people.ts';

const HOUR = 3_600_000;

let server: ApiServer;
let ada: Client;
let bert: Client;
let terminal: CodeAndPin;

beforeAll(async () => {
	({ server, ada, bert } = await startWithThree());
	terminal = await CodeAndPin.register(server, ada);
});
afterAll(() => server?.close());
beforeEach(async () => {
	server.advance(HOUR);
	await bert.api.terminals.endPin();
});

test('code and PIN open what the phone has left, and each visit is handed out once', async () => {
	const key = await terminal.setUp(bert);
	const seen = new Set<string | undefined>();
	for (let at = 0; at < 2; at += 1) {
		const opened = await terminal.open();
		expect(equalBytes(opened.key, key)).toBe(true);
		const { visit: taken } = await terminal.take(opened.key, opened.nonce);
		seen.add(taken?.device);
		// The try is used up with it.
		expect(await codeOf(terminal.take(opened.key, opened.nonce))).toBe('not_found');
	}
	expect(seen.size).toBe(2);
	const { key: again, nonce } = await terminal.open();
	expect(await terminal.take(again, nonce)).toEqual({ visit: null });
	expect(await bert.api.terminals.pin()).toMatchObject({ visits: 0, isDestroyed: false });
});

test('of two servers that are asked at once, none gives an eleventh try', async () => {
	await terminal.setUp(bert);
	const { dataDir } = server.config;
	let ahead = 0;
	const log = createLog('silent');
	const ground = {
		// Each later than any pause, so that the count alone decides.
		clock: { now: () => Date.now() + (ahead += 2 * HOUR) },
		log,
		bus: createEventBus<LiveTopics>(log),
		folderKey: openServerKeys(dataDir).unlock,
		revoke: async () => undefined,
		permit: async () => undefined
	};
	await inServerDatabase(dataDir, (first) =>
		inServerDatabase(dataDir, async (second) => {
			const nodes = [first, second].map((database) => createPins({ ...ground, database }));
			const blinded = toBase64url(blindInput(utf8('000000')).blinded);
			const input = { token: terminal.token, locator: terminal.locator, blinded };
			const answers = await Promise.all(
				Array.from({ length: 20 }, () => nodes.map((node) => node.try(input))).flat()
			);
			const outcomes = answers.map(({ outcome }) => outcome);
			expect(outcomes.filter((outcome) => outcome === 'evaluated')).toHaveLength(MAX_TRIES);
			expect(outcomes.filter((outcome) => outcome === 'destroyed')).toHaveLength(30);
		})
	);
	expect((await terminal.try(PIN)).outcome).toBe('destroyed');
});

test('a browser that is no terminal gets no try, and what one terminal has proven counts at no other', async () => {
	await terminal.setUp(bert);
	for (const stranger of [someBytes(32), terminal.locator])
		expect(await codeOf(terminal.try(PIN, { token: stranger }))).toBe('terminal_unknown');
	const { key, nonce } = await terminal.open();
	const other = someBytes(32);
	expect(await codeOf(terminal.take(key, nonce, { token: other }))).toBe('terminal_unknown');
	expect(await codeOf(terminal.take(key, nonce, { signedFor: other }))).toBe('not_found');
	expect(await codeOf(terminal.take(fromBase64url(someBytes(32)), nonce))).toBe('not_found');
	expect((await terminal.take(key, nonce)).visit).not.toBeNull();
});

test('without the code there is nothing to try', async () => {
	await terminal.setUp(bert);
	expect(await terminal.try(PIN, { locator: someBytes(32) })).toEqual({
		outcome: 'unknown',
		key: null
	});
	const other = await openCode(makeTerminalCode(), 'example.org');
	const { blind, blinded } = blindInput(utf8(PIN));
	const tried = await anonymous(server.origin).api.terminals.tryPin({
		token: terminal.token,
		locator: terminal.locator,
		blinded: toBase64url(blinded)
	});
	if (tried.outcome !== 'evaluated') throw new Error(tried.outcome);
	// A server that finds the entry for whoever asks: PIN and share alone are half of the key.
	const output = finishOprf(utf8(PIN), blind, fromBase64url(tried.evaluated));
	const typed = { pin: utf8(PIN), output };
	expect(await unwrapVisitsKey(fromBase64url(tried.wrapped), typed, other)).toBeNull();
});

test('it ends with the person, with the device that has made it, and with the policy', async () => {
	const gone = await invite(server.origin, ada, { name: 'Dora' });
	await terminal.setUp(gone);
	const { key, nonce } = await terminal.open();
	await inServerDatabase(server.config.dataDir, ({ write }) =>
		write((db) =>
			db.execute(sql`update people set status = 'deactivated' where id = ${gone.person}`)
		)
	);
	expect((await terminal.try(PIN)).outcome).toBe('unknown');
	expect(await codeOf(terminal.take(key, nonce))).toBe('not_found');

	await terminal.exchangeCode();
	const lost = await invite(server.origin, ada, { name: 'Emil' });
	await terminal.setUp(lost);
	const opened = await terminal.open();
	await ada.api.devices.revoke({ id: lost.device });
	expect((await terminal.try(PIN)).outcome).toBe('unknown');
	expect(await codeOf(terminal.take(opened.key, opened.nonce))).toBe('not_found');

	await terminal.exchangeCode();
	await terminal.setUp(bert);
	await allowTerminalPin(ada, false);
	expect(await codeOf(terminal.try(PIN))).toBe('forbidden');
	expect(await codeOf(terminal.setUp(bert))).toBe('forbidden');
	await allowTerminalPin(ada, true);
	expect((await terminal.try(PIN)).outcome).toBe('unknown');
});

test('nobody takes over or fills what another has made', async () => {
	await terminal.setUp(bert);
	expect(await codeOf(terminal.setUp(ada))).toBe('conflict');
	const input = {
		locator: terminal.locator,
		wrapped: someBytes(90),
		body: someBytes(90),
		visits: []
	};
	expect(await codeOf(ada.api.terminals.leaveVisits(input))).toBe('not_found');
	expect(await ada.api.terminals.pin()).toBeNull();
	await ada.api.terminals.endPin();
	expect((await terminal.open()).key).toHaveLength(32);
});

test('the database holds neither code nor PIN, nor anything that leads to them without the other half', async () => {
	await terminal.setUp(bert);
	const text = await inServerDatabase(server.config.dataDir, async ({ read }) => {
		const { rows } = await read.execute(sql`select to_jsonb(p)::text as row from terminal_pins p`);
		return JSON.stringify(rows);
	});
	for (const hidden of [terminal.code.key, createHash('sha256').update(PIN).digest()])
		expect(text).not.toContain(toHex(hidden));
	expect(text).toContain(toHex(terminal.code.locator));
});
