/** Code and PIN at terminals, as attackers see them: the database, the API, other browsers, former people, two servers. */
import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { equalBytes, fromBase64url, toBase64url, toHex, utf8 } from '#core/crypto/bytes.ts';
import { sign } from '#core/crypto/ed25519.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import {
	confirmingKeysOf,
	makeTerminalCode,
	openCode,
	unwrapVisitsKey,
	wrapVisitsKey,
	type CodeSecrets
} from '#core/protocol/terminal/code-and-pin.ts';
import { takeVisitMessage } from '#shared/domain/terminal-pin-proof.ts';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { createPins } from '#server/modules/terminals/pins.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { anonymous, codeOf, invite, tokenHashOf, type Client } from './setup/client.ts';
import { startWithThree } from './setup/three-people.ts';

const PIN = '739164';
const HOUR = 3_600_000;

let server: ApiServer;
let ada: Client;
let bert: Client;
let code: CodeSecrets;
let token: string;

const setPolicy = async (terminalPin: boolean): Promise<void> => {
	const { version, policy } = await ada.api.policy.get();
	await ada.api.policy.set({ version, policy: { ...policy, terminalPin } });
};

beforeAll(async () => {
	({ server, ada, bert } = await startWithThree());
	await setPolicy(true);
	code = await openCode(makeTerminalCode(), 'example.org');
	token = someBytes(32);
	await ada.api.terminals.register({
		id: randomUUID(),
		name: 'Bibliothek',
		place: '',
		idleMinutes: 3,
		tokenHash: tokenHashOf(token)
	});
});
afterAll(() => server?.close());

const locator = () => toBase64url(code.locator);
const visit = () => ({
	device: randomUUID(),
	tokenHash: someBytes(32),
	sealed: someBytes(200)
});

/** What a phone does; returns what it sealed under. */
async function setUp(by: Client = bert): Promise<Uint8Array> {
	const key = fromBase64url(someBytes(32));
	const { publicKey } = await confirmingKeysOf(key);
	const { blind, blinded } = blindInput(utf8(PIN));
	const { evaluated } = await by.api.terminals.makePin({
		locator: locator(),
		confirmKey: toBase64url(publicKey),
		blinded: toBase64url(blinded)
	});
	const output = finishOprf(utf8(PIN), blind, fromBase64url(evaluated));
	const wrapped = await wrapVisitsKey(key, { pin: utf8(PIN), output }, code);
	await by.api.terminals.leaveVisits({
		locator: locator(),
		wrapped: toBase64url(wrapped),
		body: someBytes(500),
		visits: [visit(), visit()]
	});
	return key;
}

/** One try, as a terminal's page makes it; `key` where it opened something. */
async function tryPin(pin: string, at: { token?: string; locator?: string } = {}) {
	const { blind, blinded } = blindInput(utf8(pin));
	const tried = await anonymous(server.origin).api.terminals.tryPin({
		token: at.token ?? token,
		locator: at.locator ?? locator(),
		blinded: toBase64url(blinded)
	});
	if (tried.outcome !== 'evaluated') return { ...tried, key: null };
	const output = finishOprf(utf8(pin), blind, fromBase64url(tried.evaluated));
	const key = await unwrapVisitsKey(fromBase64url(tried.wrapped), { pin: utf8(pin), output }, code);
	return { ...tried, key };
}

async function take(
	key: Uint8Array,
	nonce: string,
	at: { token?: string; signedFor?: string } = {}
) {
	const { secretKey } = await confirmingKeysOf(key);
	const tokenHash = tokenHashOf(at.signedFor ?? token);
	const message = takeVisitMessage(locator(), nonce, tokenHash);
	const signature = toBase64url(await sign(message, secretKey));
	const input = { token: at.token ?? token, locator: locator(), signature };
	return anonymous(server.origin).api.terminals.takeVisit(input);
}

async function open(): Promise<{ key: Uint8Array; nonce: string }> {
	const tried = await tryPin(PIN);
	if (tried.outcome !== 'evaluated' || !tried.key) throw new Error(tried.outcome);
	return { key: tried.key, nonce: tried.nonce };
}

beforeEach(async () => {
	server.advance(HOUR);
	await bert.api.terminals.endPin();
});

test('code and PIN open what the phone has left, and each visit is handed out once', async () => {
	const key = await setUp();
	const seen = new Set<string | undefined>();
	for (let at = 0; at < 2; at += 1) {
		const opened = await open();
		expect(equalBytes(opened.key, key)).toBe(true);
		const { visit: taken } = await take(opened.key, opened.nonce);
		seen.add(taken?.device);
		// The try is used up with it.
		expect(await codeOf(take(opened.key, opened.nonce))).toBe('not_found');
	}
	expect(seen.size).toBe(2);
	const { key: again, nonce } = await open();
	expect(await take(again, nonce)).toEqual({ visit: null });
	expect(await bert.api.terminals.pin()).toMatchObject({ visits: 0, isDestroyed: false });
});

test('ten wrong PINs, each later than the one before; then it is gone, for the right PIN too', async () => {
	await setUp();
	const { nonce } = await open();
	const told: unknown[] = [];
	const tooEarly: string[] = [];
	for (let at = 0; at < MAX_TRIES - 1; at += 1) {
		const tried = await tryPin(String(100_000 + at));
		if (tried.outcome !== 'evaluated') throw new Error(tried.outcome);
		const { key, left, retryAfter } = tried;
		told.push([key, left]);
		if (retryAfter > 0 && left > 0) tooEarly.push((await tryPin(PIN)).outcome);
		server.advance(HOUR);
	}
	// The first right one had been counted, and not proven.
	expect(told).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map((left) => [null, left]));
	expect(tooEarly).toEqual(Array.from({ length: 7 }, () => 'resting'));
	for (const pin of [PIN, '000000']) expect((await tryPin(pin)).outcome).toBe('destroyed');
	expect(await codeOf(take(fromBase64url(someBytes(32)), nonce))).toBe('not_found');
	expect(await bert.api.terminals.pin()).toMatchObject({ visits: 0, isDestroyed: true });
	const rows = await inServerDatabase(server.config.dataDir, async ({ read }) => {
		const found = await read.execute<Record<string, Buffer | null>>(
			sql`select secret, nonce, wrapped, body from terminal_pins`
		);
		return found.rows;
	});
	expect(rows).toEqual([{ secret: null, nonce: null, wrapped: null, body: null }]);
});

test('of two servers that are asked at once, none gives an eleventh try', async () => {
	await setUp();
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
			const input = { token, locator: locator(), blinded };
			const answers = await Promise.all(
				Array.from({ length: 20 }, () => nodes.map((node) => node.try(input))).flat()
			);
			const outcomes = answers.map(({ outcome }) => outcome);
			expect(outcomes.filter((outcome) => outcome === 'evaluated')).toHaveLength(MAX_TRIES);
			expect(outcomes.filter((outcome) => outcome === 'destroyed')).toHaveLength(30);
		})
	);
	expect((await tryPin(PIN)).outcome).toBe('destroyed');
});

test('a browser that is no terminal gets no try, and what one terminal has proven counts at no other', async () => {
	await setUp();
	for (const stranger of [someBytes(32), locator()])
		expect(await codeOf(tryPin(PIN, { token: stranger }))).toBe('terminal_unknown');
	const { key, nonce } = await open();
	const other = someBytes(32);
	expect(await codeOf(take(key, nonce, { token: other }))).toBe('terminal_unknown');
	expect(await codeOf(take(key, nonce, { signedFor: other }))).toBe('not_found');
	expect(await codeOf(take(fromBase64url(someBytes(32)), nonce))).toBe('not_found');
	expect((await take(key, nonce)).visit).not.toBeNull();
});

test('without the code there is nothing to try', async () => {
	await setUp();
	expect(await tryPin(PIN, { locator: someBytes(32) })).toEqual({ outcome: 'unknown', key: null });
	const other = await openCode(makeTerminalCode(), 'example.org');
	const { blind, blinded } = blindInput(utf8(PIN));
	const tried = await anonymous(server.origin).api.terminals.tryPin({
		token,
		locator: locator(),
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
	await setUp(gone);
	const { key, nonce } = await open();
	await inServerDatabase(server.config.dataDir, ({ write }) =>
		write((db) =>
			db.execute(sql`update people set status = 'deactivated' where id = ${gone.person}`)
		)
	);
	expect((await tryPin(PIN)).outcome).toBe('unknown');
	expect(await codeOf(take(key, nonce))).toBe('not_found');

	code = await openCode(makeTerminalCode(), 'example.org');
	const lost = await invite(server.origin, ada, { name: 'Emil' });
	await setUp(lost);
	const opened = await open();
	await ada.api.devices.revoke({ id: lost.device });
	expect((await tryPin(PIN)).outcome).toBe('unknown');
	expect(await codeOf(take(opened.key, opened.nonce))).toBe('not_found');

	code = await openCode(makeTerminalCode(), 'example.org');
	await setUp();
	await setPolicy(false);
	expect(await codeOf(tryPin(PIN))).toBe('forbidden');
	expect(await codeOf(setUp())).toBe('forbidden');
	await setPolicy(true);
	expect((await tryPin(PIN)).outcome).toBe('unknown');
});

test('nobody takes over or fills what another has made', async () => {
	await setUp();
	expect(await codeOf(setUp(ada))).toBe('conflict');
	const input = {
		locator: locator(),
		wrapped: someBytes(90),
		body: someBytes(90),
		visits: []
	};
	expect(await codeOf(ada.api.terminals.leaveVisits(input))).toBe('not_found');
	expect(await ada.api.terminals.pin()).toBeNull();
	await ada.api.terminals.endPin();
	expect((await open()).key).toHaveLength(32);
});

test('the database holds neither code nor PIN, nor anything that leads to them without the other half', async () => {
	await setUp();
	const text = await inServerDatabase(server.config.dataDir, async ({ read }) => {
		const { rows } = await read.execute(sql`select to_jsonb(p)::text as row from terminal_pins p`);
		return JSON.stringify(rows);
	});
	for (const hidden of [code.key, createHash('sha256').update(PIN).digest()])
		expect(text).not.toContain(toHex(hidden));
	expect(text).toContain(toHex(code.locator));
});
