import { expect, test } from 'vitest';
import { checkPin, isPassPhrase } from './pin.ts';

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

test('an authority may want them longer', () => {
	expect(checkPin('482917', 8)).toBe('too_short');
	expect(checkPin('48291735', 8)).toBeNull();
});

test.each(['vier alte Boote schlafen', 'Über-Mut-tut-selten-gut', 'k7#Vq2!mZx9pLw4&'])(
	'%s may open without the server',
	(phrase) => {
		expect(isPassPhrase(phrase)).toBe(true);
	}
);

test.each([
	'739164',
	'8391746520193847',
	'drei kurze Worte',
	'gut gut gut gut gut',
	'passwordpassword',
	'a1a1a1a1a1a1a1a1a1'
])('%s may not', (phrase) => {
	expect(isPassPhrase(phrase)).toBe(false);
});
