import { expect, test } from 'vitest';
import { readRestoreFragment, readSecret } from './invitation-link.ts';

const secret = 'AAECAwQFBgcICQoLDA0ODw';

test.each([
	`https://chat.lindenbach.example/join#${secret}`,
	`  ${secret}\n`,
	`https://chat.lindenbach.example/join#AAECAwQFBg\ncICQoLDA0ODw`
])('the secret is found in %j', (text) => {
	expect(readSecret(text)).toBe(secret);
});

test.each([
	'',
	'https://chat.lindenbach.example/join',
	`https://chat.lindenbach.example/join#${secret.slice(1)}`,
	`${secret}x`,
	`${secret.slice(1)}!`
])('there is none in %j', (text) => {
	expect(readSecret(text)).toBeNull();
});

test('a link by which IT restores access is known for what it is', () => {
	const fragment = 'A'.repeat(43);
	const link = `https://chat.lindenbach.example/wiederherstellen#${fragment}`;
	expect(readRestoreFragment(` ${link}\n`)).toBe(fragment);
	for (const other of ['', secret, `https://chat.lindenbach.example/join#${secret}`])
		expect(readRestoreFragment(other)).toBeNull();
});
