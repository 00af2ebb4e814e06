import { describe, expect, it } from 'vitest';
import { formatDay, formatMoment, formatTime } from './moment.ts';

const at = (day: number, hour = 12, month = 4, year = 2026) =>
	new Date(year, month, day, hour, 5).getTime();
const NOW = at(14, 10);

describe('moments', () => {
	it('are a time today, then a day, then a date', () => {
		expect(formatMoment(at(14, 9), NOW, 'de')).toBe('09:05');
		expect(formatMoment(at(13, 23), NOW, 'de')).toBe('Gestern');
		expect(formatMoment(at(13, 23), NOW, 'en-GB')).toBe('Yesterday');
		expect(formatMoment(at(11), NOW, 'de')).toBe('Mo');
		expect(formatMoment(at(7), NOW, 'de')).toBe('07.05.26');
	});

	it('of a clock that runs ahead are a time', () => {
		expect(formatMoment(at(15, 1), NOW, 'de')).toBe('01:05');
	});

	it('between days are named as people say them', () => {
		expect(formatDay(at(14, 1), NOW, 'de')).toBe('Heute');
		expect(formatDay(at(13), NOW, 'en')).toBe('Yesterday');
		expect(formatDay(at(11), NOW, 'de')).toBe('Montag');
		expect(formatDay(at(2), NOW, 'de')).toBe('2. Mai');
		expect(formatDay(at(24, 12, 11, 2025), NOW, 'de')).toBe('24. Dezember 2025');
	});

	it('midnight is written with zeros', () => {
		expect(formatTime(at(14, 0), 'en')).toBe('00:05');
	});

	it('the night of the changed clock is one day', () => {
		expect(formatMoment(at(28, 23, 2), at(29, 23, 2), 'de')).toBe('Gestern');
	});
});
