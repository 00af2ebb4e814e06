import { expect, test } from 'vitest';
import { checkPin } from './pin.ts';

test.each(['', '12345', '482', '🙂🙂🙂'])('%j is too short', (pin) => {
	expect(checkPin(pin)).toBe('too_short');
});

test.each(['123456', '987654', '111111', '121212', '123123', 'abcdef'])(
	'%s is too simple',
	(pin) => {
		expect(checkPin(pin)).toBe('too_simple');
	}
);

test.each(['482917', '20261123', 'Linde 7', '112358', '135790'])('%s is taken', (pin) => {
	expect(checkPin(pin)).toBeNull();
});
