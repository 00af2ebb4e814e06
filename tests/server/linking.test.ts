import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	CODE_ALPHABET,
	CODE_LENGTH,
	MAILBOX_MESSAGES,
	MAILBOX_MILLIS
} from '#shared/contract/linking.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { call } from './setup/call.ts';
import { anonymous, codeOf, type Client } from './setup/client.ts';

let server: ApiServer;
let api: Client['api'];

beforeAll(async () => {
	server = await startApiServer();
	({ api } = anonymous(server.origin));
});
afterAll(() => server?.close());

async function opened() {
	const token = someBytes(32);
	const first = someBytes(33);
	return { token, first, ...(await api.linking.open({ token, first })) };
}

async function joined(by: 'code' | 'mailbox' = 'mailbox') {
	const opener = await opened();
	const token = someBytes(32);
	const { mailbox } = await api.linking.join({ token, name: opener[by] });
	return { opener, joiner: { token, mailbox } };
}

describe('a mailbox', () => {
	test.each(['code', 'mailbox'] as const)(
		'is found by its %s, and carries both ways',
		async (by) => {
			const { opener, joiner } = await joined(by);
			const { mailbox } = opener;
			const there = { mailbox, token: joiner.token };
			const here = { mailbox, token: opener.token };
			expect(await api.linking.read({ ...there, from: 0 })).toEqual({
				messages: [opener.first],
				closed: false
			});
			const [answer, next] = [someBytes(64), someBytes(64)];
			await api.linking.post({ ...there, index: 0, body: answer });
			await api.linking.post({ ...here, index: 1, body: next });
			expect((await api.linking.read({ ...here, from: 0 })).messages).toEqual([answer]);
			expect((await api.linking.read({ ...there, from: 1 })).messages).toEqual([next]);
		}
	);

	test('has a short code without what looks alike', async () => {
		for (let count = 0; count < 50; count++) {
			const { code, mailbox, token } = await opened();
			expect(code).toHaveLength(CODE_LENGTH);
			expect([...code].every((character) => CODE_ALPHABET.includes(character))).toBe(true);
			await api.linking.close({ mailbox, token });
		}
		expect(CODE_ALPHABET).not.toMatch(/[01IO]/);
	});

	test('takes every call a second time', async () => {
		const { opener, joiner } = await joined();
		const { token, first, mailbox, code } = opener;
		expect(await api.linking.open({ token, first })).toEqual({ mailbox, code });
		expect(await api.linking.join({ token: joiner.token, name: code })).toEqual({ mailbox });
		const post = { mailbox, token, index: 1, body: someBytes(20) };
		await api.linking.post(post);
		await api.linking.post(post);
		expect(await codeOf(api.linking.post({ ...post, body: someBytes(20) }))).toBe('conflict');
		expect(await codeOf(api.linking.open({ token, first: someBytes(33) }))).toBe('conflict');
	});

	test('takes messages in their order, and not more than agreed', async () => {
		const { opener } = await joined();
		const { mailbox, token } = opener;
		const post = (index: number) =>
			codeOf(api.linking.post({ mailbox, token, index, body: someBytes(8) }));
		expect(await post(2)).toBe('conflict');
		for (let index = 1; index < MAILBOX_MESSAGES; index++)
			expect(await post(index)).toBe('no error');
		expect(await post(MAILBOX_MESSAGES)).toBe('bad_request');
	});

	test('lets a second one in by no name', async () => {
		const { opener } = await joined();
		for (const name of [opener.code, opener.mailbox])
			expect(await codeOf(api.linking.join({ token: someBytes(32), name }))).toBe('conflict');
	});

	test('does not exist for strangers', async () => {
		const { opener } = await joined();
		const at = { mailbox: opener.mailbox, token: someBytes(32) };
		expect(await codeOf(api.linking.read({ ...at, from: 0 }))).toBe('not_found');
		expect(await codeOf(api.linking.post({ ...at, index: 0, body: '' }))).toBe('not_found');
		expect(await codeOf(api.linking.close(at))).toBe('not_found');
		expect((await api.linking.read({ ...at, token: opener.token, from: 0 })).closed).toBe(false);
	});

	test('tells the other side that it was closed, and keeps nothing', async () => {
		const { opener, joiner } = await joined();
		const there = { mailbox: opener.mailbox, token: joiner.token };
		await api.linking.post({ ...there, index: 0, body: someBytes(30) });
		await api.linking.close(there);
		const here = { mailbox: opener.mailbox, token: opener.token };
		expect(await api.linking.read({ ...here, from: 0 })).toEqual({ messages: [], closed: true });
		expect(await codeOf(api.linking.post({ ...here, index: 1, body: '' }))).toBe('not_found');
		const token = someBytes(32);
		for (const name of [opener.code, opener.mailbox])
			expect(await codeOf(api.linking.join({ token, name }))).toBe('not_found');
	});

	test('is gone after ten minutes', async () => {
		const { opener, joiner } = await joined();
		const later = await opened();
		server.advance(MAILBOX_MILLIS + 1);
		const read = { mailbox: opener.mailbox, token: joiner.token, from: 0 };
		expect(await codeOf(api.linking.read(read))).toBe('not_found');
		const token = someBytes(32);
		expect(await codeOf(api.linking.join({ token, name: later.code }))).toBe('not_found');
	});
});

describe('whoever tries', () => {
	test('short codes is slowed down, and what may be open at once is bounded', async () => {
		const strict = await startApiServer({ RATE_LIMIT_FACTOR: '1' });
		try {
			const codes: (string | undefined)[] = [];
			for (let count = 0; count < 130; count++) {
				const input = { token: someBytes(32), name: 'ABCD2345' };
				codes.push((await call(strict.origin, 'linking.join', input)).codes[0]);
			}
			expect(codes.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 'not_found'));
			expect(codes.at(-1)).toBe('rate_limited');
			const open = async () => {
				const input = { token: someBytes(32), first: someBytes(33) };
				return (await call(strict.origin, 'linking.open', input)).codes[0];
			};
			let refused: string | undefined;
			for (let count = 0; count <= 100; count++) refused = await open();
			expect(refused).toBe('unavailable');
		} finally {
			await strict.close();
		}
	});
});
