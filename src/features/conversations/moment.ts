/** How times are written in lists and chats: as short as people say them, in the given language. Pure. */
import { isSameDay } from './message/timeline.ts';

const DAY_MILLIS = 86_400_000;

/** `10:42`. */
export function formatTime(at: number, locale: string): string {
	return new Intl.DateTimeFormat(locale, {
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23'
	}).format(at);
}

/** For a list: the time today, then `Gestern`, the weekday within a week, else the date. */
export function formatMoment(at: number, now: number, locale: string): string {
	const days = daysBetween(at, now);
	if (days <= 0) return formatTime(at, locale);
	if (days === 1) return nameRelativeDay(-1, locale);
	if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(at);
	return new Intl.DateTimeFormat(locale, {
		day: '2-digit',
		month: '2-digit',
		year: '2-digit'
	}).format(at);
}

/** For a line between days: `Heute`, `Gestern`, `Montag`, `12. März`, with the year when it is another. */
export function formatDay(at: number, now: number, locale: string): string {
	const days = daysBetween(at, now);
	if (days >= 0 && days <= 1) return nameRelativeDay(-days, locale);
	if (days > 1 && days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(at);
	const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
	return new Intl.DateTimeFormat(locale, {
		day: 'numeric',
		month: 'long',
		...(sameYear ? {} : { year: 'numeric' })
	}).format(at);
}

/** Date and time in full, for details and screen readers. */
export function formatFull(at: number, locale: string): string {
	return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(at);
}

function nameRelativeDay(days: number, locale: string): string {
	const name = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
	return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

/** Midnights between the two; negative for the future. Days of 23 and 25 hours count as one. */
function daysBetween(at: number, now: number): number {
	if (isSameDay(at, now)) return 0;
	const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
	return Math.round((midnight(now) - midnight(at)) / DAY_MILLIS);
}
