import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createSessionCookie } from './cookie.ts';

const token = 'a'.repeat(43);
const carrying = (cookie: string) => ({ headers: { cookie } }) as IncomingMessage;

test('over https the cookie is bound to its host and secure', () => {
	const { write, read } = createSessionCookie('https://dienstweg.example');
	expect(write(token, 60)).toBe(
		`__Host-dienstweg=${token}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure`
	);
	expect(read(carrying(`a=b; __Host-dienstweg=${token}; c=d`))).toBe(token);
	expect(read(carrying(`dienstweg=${token}`))).toBeUndefined();
});

test('without an age it lasts as long as the browser runs, and is not kept on a disk', () => {
	const { write } = createSessionCookie('https://dienstweg.example');
	expect(write(token, null)).toBe(
		`__Host-dienstweg=${token}; Path=/; HttpOnly; SameSite=Strict; Secure`
	);
	expect(write(null, null)).toContain('Max-Age=0;');
});

test('what is no token is not read', () => {
	const { read, write } = createSessionCookie('http://localhost:3000');
	expect(read(carrying('dienstweg=short'))).toBeUndefined();
	expect(read(carrying(''))).toBeUndefined();
	expect(write(null, 60)).toContain('dienstweg=; Max-Age=0;');
});
