import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CODE_GOOD_MILLIS, LONGEST_VISIT_MILLIS, SILENCE_MILLIS } from '#shared/domain/terminal.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { anonymous, codeOf, makeDeviceKeys, tokenHashOf, type Client } from './setup/client.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
});
afterAll(() => server?.close());

let codes = 0;
const nextCode = (): string => String(++codes).padStart(12, '0');

const register = async (name = 'Bibliothek') => {
	const token = someBytes(32);
	const id = randomUUID();
	const place = 'Erdgeschoss';
	await ada.api.terminals.register({
		id,
		name,
		place,
		idleMinutes: 3,
		tokenHash: tokenHashOf(token)
	});
	return { id, token };
};

/** An offer of the terminal with this token. */
const offer = async (token: string) => {
	const input = {
		token,
		code: nextCode(),
		sealingKey: someBytes(32),
		signatureKey: someBytes(32)
	};
	await anonymous(server.origin).api.terminals.offer(input);
	return input;
};

/** Somebody signs in at the terminal with this token. */
const visit = async (by: Client, token: string) => {
	const { code } = await offer(token);
	const permit = someBytes(32);
	await by.api.terminals.grant({
		code,
		tokenHash: tokenHashOf(permit),
		sealed: someBytes(200)
	});
	return enter(permit);
};

const enter = async (permit: string, kind: 'terminal' | 'phone' = 'terminal') => {
	const keys = makeDeviceKeys();
	const id = randomUUID();
	const { api } = anonymous(server.origin);
	await api.entering.enter({
		token: permit,
		device: {
			id,
			name: 'Bibliothek',
			kind,
			signatureKey: keys.publicKey,
			certificate: someBytes(200)
		},
		proof: keys.signIn(id, permit)
	});
	return { api, device: id };
};

const untilEnded = async (api: Client['api']): Promise<void> =>
	await expect.poll(() => codeOf(api.conversations.overview())).toBe('device_revoked');

test('a terminal is what its link says, and nobody but IT makes one', async () => {
	const { token } = await register();
	const { api } = anonymous(server.origin);
	expect(await api.terminals.duty({ token })).toEqual({
		name: 'Bibliothek',
		place: 'Erdgeschoss',
		idleMinutes: 3
	});
	expect(await codeOf(api.terminals.duty({ token: someBytes(32) }))).toBe('terminal_unknown');
	const input = { id: randomUUID(), name: 'X', place: '', idleMinutes: 3 };
	const made = bert.api.terminals.register({ ...input, tokenHash: someBytes(32) });
	expect(await codeOf(made)).toBe('forbidden');
	const taken = ada.api.terminals.register({ ...input, tokenHash: tokenHashOf(token) });
	expect(await codeOf(taken)).toBe('conflict');
});

test('what is granted reaches the terminal that offered, once', async () => {
	const { token } = await register();
	const other = await register();
	const offered = await offer(token);
	const { code } = offered;
	const { api } = anonymous(server.origin);
	expect(await api.terminals.await({ token })).toEqual({ granted: null });
	expect(await bert.api.terminals.find({ code })).toEqual({
		terminal: { name: 'Bibliothek', place: 'Erdgeschoss' },
		sealingKey: offered.sealingKey,
		signatureKey: offered.signatureKey
	});
	const grant = { code, tokenHash: someBytes(32), sealed: someBytes(200) };
	await bert.api.terminals.grant(grant);
	await bert.api.terminals.grant(grant);
	expect(await api.terminals.await({ token })).toEqual({
		granted: { code, sealed: grant.sealed }
	});
	expect(await api.terminals.await({ token: other.token })).toEqual({ granted: null });
	const again = { ...grant, tokenHash: someBytes(32), sealed: someBytes(200) };
	expect(await codeOf(cora.api.terminals.grant(again))).toBe('terminal_code_unknown');
	expect(await codeOf(cora.api.terminals.find({ code }))).toBe('terminal_code_unknown');
});

test('a code that is not shown any more lets nobody in', async () => {
	const { token } = await register();
	const { code } = await offer(token);
	server.advance(CODE_GOOD_MILLIS + 1);
	expect(await codeOf(bert.api.terminals.find({ code }))).toBe('terminal_code_unknown');
	const grant = { code, tokenHash: someBytes(32), sealed: someBytes(200) };
	expect(await codeOf(bert.api.terminals.grant(grant))).toBe('terminal_code_unknown');
});

test('a permit for a terminal makes no lasting device, and none of those makes a terminal', async () => {
	const { token } = await register();
	const { code } = await offer(token);
	const permit = someBytes(32);
	await bert.api.terminals.grant({
		code,
		tokenHash: tokenHashOf(permit),
		sealed: someBytes(200)
	});
	expect(await codeOf(enter(permit, 'phone'))).toBe('bad_request');
	const lasting = someBytes(32);
	await bert.api.entering.permit({ tokenHash: tokenHashOf(lasting) });
	expect(await codeOf(enter(lasting, 'terminal'))).toBe('bad_request');
	const { device } = await enter(permit);
	expect((await bert.api.terminals.mine()).map((each) => each.device)).toEqual([device]);
	await bert.api.devices.revoke({ id: device });
});

test('IT sees that a terminal is in use, and not by whom', async () => {
	const { id, token } = await register();
	const { device } = await visit(bert, token);
	const [mine] = await bert.api.terminals.mine();
	expect(mine).toMatchObject({ device, name: 'Bibliothek' });
	const shown = (await ada.api.terminals.list()).find((each) => each.id === id);
	expect(shown?.inUseSince).toBe(mine?.since);
	expect(JSON.stringify(await ada.api.terminals.list())).not.toContain(bert.person);
	const listed = await ada.api.devices.list({ person: bert.person });
	expect(listed.some(({ kind }) => kind === 'terminal')).toBe(false);
	expect((await bert.api.devices.list({})).some((each) => each.id === device)).toBe(true);
	await ada.api.terminals.end({ id });
	expect(await bert.api.terminals.mine()).toEqual([]);
});

test('a visit ends by IT, by its person, by the next page, and with the terminal', async () => {
	const { id, token } = await register();
	const page = anonymous(server.origin).api;
	const ends = [
		() => ada.api.terminals.end({ id }),
		async () => {
			const [mine] = await bert.api.terminals.mine();
			await bert.api.devices.revoke({ id: mine?.device ?? '' });
		},
		() => page.terminals.duty({ token }),
		(visitor: Client['api']) => visitor.terminals.leave(),
		() => ada.api.terminals.remove({ id })
	];
	for (const end of ends) {
		const { api } = await visit(bert, token);
		await api.conversations.overview();
		await end(api);
		expect(await codeOf(api.conversations.overview())).toBe('device_revoked');
		expect(await bert.api.terminals.mine()).toEqual([]);
	}
	expect(await codeOf(page.terminals.duty({ token }))).toBe('terminal_unknown');
});

test('a visit ends by itself when nothing is heard of it, and after the longest time', async () => {
	const { token } = await register();
	const silent = await visit(bert, token);
	const { token: otherToken } = await register('Foyer');
	const heard = await visit(cora, otherToken);
	const letGo = server.holdClock();
	await silent.api.terminals.alive();
	await heard.api.terminals.alive();
	server.advance(SILENCE_MILLIS / 2 + 1_000);
	await heard.api.terminals.alive();
	server.advance(SILENCE_MILLIS / 2);
	await expect
		.poll(async () => {
			// One sign of life after the other, for want of which the other visit ends.
			await heard.api.terminals.alive();
			server.advance(1_000);
			return codeOf(silent.api.conversations.overview());
		})
		.toBe('device_revoked');
	expect(await cora.api.terminals.mine()).toHaveLength(1);
	server.advance(LONGEST_VISIT_MILLIS);
	await heard.api.terminals.alive();
	await untilEnded(heard.api);
	letGo();
});

test('what was left unsent is the person’s alone, once the visit is over', async () => {
	const { token } = await register();
	const { api, device } = await visit(bert, token);
	const body = someBytes(90);
	await api.terminals.depositDrafts({ generation: 1, body: someBytes(80) });
	await api.terminals.depositDrafts({ generation: 1, body });
	expect(await bert.api.terminals.drafts()).toEqual([]);
	await bert.api.devices.revoke({ id: device });
	expect(await bert.api.terminals.drafts()).toEqual([{ device, generation: 1, body }]);
	expect(await cora.api.terminals.drafts()).toEqual([]);
	await cora.api.terminals.draftsTaken({ device });
	expect(await bert.api.terminals.drafts()).toHaveLength(1);
	await bert.api.terminals.draftsTaken({ device });
	expect(await bert.api.terminals.drafts()).toEqual([]);
	const own = bert.api.terminals.depositDrafts({ generation: 1, body });
	expect(await codeOf(own)).toBe('forbidden');
});
