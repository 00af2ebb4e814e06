import { expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { errorText } from './error-text.ts';
import { locale } from './locale.svelte.ts';

test('a failure with a time to wait says how long', () => {
	locale.choose('de');
	expect(errorText(new DienstwegError('pin_wrong', { retryAfter: 1 }))).toBe(
		'Diese PIN stimmt nicht. Nächster Versuch in 1 Sekunde.'
	);
	expect(errorText(new DienstwegError('pin_wrong', { retryAfter: 29.2 }))).toContain('30 Sekunden');
});

test('what nobody foresaw shows nothing of its inside', () => {
	locale.choose('de');
	const text = errorText(new TypeError('secret at line 5'));
	expect(text).not.toContain('secret');
	expect(text).toContain('IT');
});
