/** Dates, times and numbers as people read them, in the language of the screen. Times are milliseconds since 1970. */
import { m } from './compiled/messages.js';
import { locale } from './locale.svelte.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const formats = new Map<string, Intl.DateTimeFormat>();

const language = (): string => (locale.current === 'de' ? 'de-DE' : 'en-GB');

function format(options: Intl.DateTimeFormatOptions, at: number): string {
	const key = language() + JSON.stringify(options);
	let found = formats.get(key);
	if (!found) {
		found = new Intl.DateTimeFormat(language(), options);
		formats.set(key, found);
	}
	return found.format(at);
}

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Whole calendar days between two times; 0 on the same day. Rounded, because days of 23 and 25 hours exist. */
export const daysBetween = (from: number, to: number): number =>
	Math.round((startOfDay(to) - startOfDay(from)) / DAY);

/** `14:05` */
export const formatTime = (at: number): string =>
	format({ hour: '2-digit', minute: '2-digit' }, at);

/** `23.11.2026` */
export const formatDate = (at: number): string =>
	format({ day: '2-digit', month: '2-digit', year: 'numeric' }, at);

/** `23. November 2026`, for letters and separators */
export const formatLongDate = (at: number): string =>
	format({ day: 'numeric', month: 'long', year: 'numeric' }, at);

/** `60.000`; in English `60,000` */
export const formatNumber = (value: number): string => value.toLocaleString(language());

/** Heading of a day in a conversation: today, yesterday, a weekday within the week, else the date. */
export function formatDay(at: number, now = Date.now()): string {
	const days = daysBetween(at, now);
	if (days === 0) return m.common_today();
	if (days === 1) return m.common_yesterday();
	if (days > 1 && days < 7) return format({ weekday: 'long' }, at);
	return formatLongDate(at);
}

/** Short stamp in a list: the time today, then yesterday, a weekday, a date. */
export function formatStamp(at: number, now = Date.now()): string {
	return daysBetween(at, now) === 0
		? formatTime(at)
		: daysBetween(at, now) < 7
			? formatDay(at, now)
			: formatDate(at);
}

/**
 * When something was last used, as the end of a sentence; never is a word. To the day and no finer: the server keeps
 * only the first of all uses within an hour.
 */
export function formatLastUse(at: number | null, now = Date.now()): string {
	if (at === null) return m.common_never();
	if (now - at < HOUR) return m.common_last_hour();
	const days = daysBetween(at, now);
	if (days >= 7) return formatDate(at);
	const day = formatDay(at, now);
	return days < 2 ? day.toLocaleLowerCase(locale.current) : day;
}
