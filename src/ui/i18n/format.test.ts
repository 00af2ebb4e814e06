import { beforeEach, expect, test } from 'vitest';
import {
	daysBetween,
	formatDay,
	formatLastUse,
	formatNumber,
	formatStamp,
	formatTime
} from './format.ts';
import { locale } from './locale.svelte.ts';

const at = (text: string): number => new Date(text).getTime();
const now = at('2026-11-23T14:05:00');

beforeEach(() => locale.choose('de'));

test('days are counted by the calendar, not by 24 hours', () => {
	expect(daysBetween(at('2026-11-22T23:59:00'), at('2026-11-23T00:01:00'))).toBe(1);
	expect(daysBetween(at('2026-11-23T00:00:00'), at('2026-11-23T23:59:00'))).toBe(0);
	// The night in which summer time ends has 25 hours.
	expect(daysBetween(at('2026-10-24T12:00:00'), at('2026-10-26T12:00:00'))).toBe(2);
});

test('a day is called by what people call it', () => {
	expect(formatDay(at('2026-11-23T08:00:00'), now)).toBe('Heute');
	expect(formatDay(at('2026-11-22T08:00:00'), now)).toBe('Gestern');
	expect(formatDay(at('2026-11-19T08:00:00'), now)).toBe('Donnerstag');
	expect(formatDay(at('2026-11-02T08:00:00'), now)).toBe('2. November 2026');
});

test('lists show the time today and the day before', () => {
	expect(formatStamp(at('2026-11-23T08:07:00'), now)).toBe('08:07');
	expect(formatStamp(at('2026-11-22T08:07:00'), now)).toBe('Gestern');
	expect(formatStamp(at('2026-01-02T08:07:00'), now)).toBe('02.01.2026');
});

test('a clock that runs ahead makes no strange words', () => {
	expect(formatDay(at('2026-11-25T08:00:00'), now)).toBe('25. November 2026');
});

test('the last use is never, within the hour, or a day, since the server knows no minutes', () => {
	expect(formatLastUse(null, now)).toBe('noch nie');
	expect(formatLastUse(now - 59 * 60_000, now)).toBe('in der letzten Stunde');
	expect(formatLastUse(at('2026-11-23T08:07:00'), now)).toBe('heute');
	expect(formatLastUse(at('2026-11-22T08:07:00'), now)).toBe('gestern');
	expect(formatLastUse(at('2026-11-20T08:07:00'), now)).toBe('Freitag');
	expect(formatLastUse(at('2026-11-02T08:07:00'), now)).toBe('02.11.2026');
});

test('large numbers are read in groups of three', () => {
	expect(formatNumber(60_000)).toBe('60.000');
	locale.choose('en');
	expect(formatNumber(60_000)).toBe('60,000');
});

test('a change of language changes words and forms', () => {
	locale.choose('en');
	expect(formatDay(at('2026-11-22T08:00:00'), now)).toBe('Yesterday');
	expect(formatDay(at('2026-11-02T08:00:00'), now)).toBe('2 November 2026');
	expect(formatTime(at('2026-11-22T18:07:00'))).toBe('18:07');
});
