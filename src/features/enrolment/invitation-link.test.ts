import { expect, test } from 'vitest';
import { readSecret } from './invitation-link.ts';

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
