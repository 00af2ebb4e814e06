import { describe, expect, it } from 'vitest';
import type { MessageView } from '#core/engine/api.ts';
import { RUN_MILLIS, buildTimeline, countUnread, findFirstUnread, newestSeq } from './timeline.ts';

const NOON = new Date(2026, 4, 11, 12).getTime();
let seq = 0;
const message = (author: string, at: number, more: Partial<MessageView> = {}): MessageView => ({
	id: `m${++seq}`,
	seq,
	order: seq,
	author,
	mine: author === 'me',
	at,
	kind: 'text',
	text: 'x',
	event: null,
	state: null,
	error: null,
	...more
});
const draw = (messages: MessageView[], unreadFrom: string | null = null) =>
	buildTimeline({ messages, hasNewer: false }, unreadFrom).map((row) =>
		row.type === 'message'
			? `${row.joinsAbove ? '┬' : '╥'}${row.message.author}${row.joinsBelow ? '┴' : '╨'}`
			: row.type
	);

describe('the timeline', () => {
	it('joins messages of one person within three minutes', () => {
		expect(
			draw([
				message('anna', NOON),
				message('anna', NOON + RUN_MILLIS - 1),
				message('anna', NOON + 3 * RUN_MILLIS),
				message('ben', NOON + 3 * RUN_MILLIS)
			])
		).toEqual(['day', '╥anna┴', '┬anna╨', '╥anna╨', '╥ben╨']);
	});

	it('separates days, and lets no run cross midnight', () => {
		const midnight = new Date(2026, 4, 12).getTime();
		expect(draw([message('anna', midnight - 1000), message('anna', midnight + 1000)])).toEqual([
			'day',
			'╥anna╨',
			'day',
			'╥anna╨'
		]);
	});

	it('breaks runs at events and at the unread line', () => {
		const later = message('anna', NOON + 2);
		const messages = [
			message('anna', NOON),
			message('anna', NOON + 1, { kind: 'event', event: { type: 'picture', by: 'anna' } }),
			message('anna', NOON + 1),
			later
		];
		expect(draw(messages, later.id)).toEqual([
			'day',
			'╥anna╨',
			'event',
			'╥anna╨',
			'unread',
			'╥anna╨'
		]);
	});

	it('counts unread messages without own ones and events', () => {
		const messages = [
			message('anna', NOON),
			message('me', NOON),
			message('ben', NOON, { kind: 'event' }),
			message('ben', NOON, { kind: 'pending' })
		];
		expect(countUnread(messages)).toBe(2);
	});

	it('gives no number of unread messages as long as not all of them are loaded', () => {
		const messages = [message('anna', NOON), message('anna', NOON), message('anna', NOON)];
		const line = (hasNewer: boolean) =>
			buildTimeline({ messages, hasNewer }, messages[1]?.id ?? null).find(
				({ type }) => type === 'unread'
			);
		expect(line(false)).toMatchObject({ count: 2 });
		expect(line(true)).toMatchObject({ count: null });
	});

	it('finds the first unread message and the seq to call read', () => {
		const first = message('anna', NOON);
		const second = message('anna', NOON);
		const waiting = message('me', NOON, { seq: null });
		const all = [first, second, waiting];
		expect(findFirstUnread(all, first.seq ?? 0)).toBe(second);
		expect(findFirstUnread(all, second.seq ?? 0)).toBeNull();
		expect(newestSeq(all)).toBe(second.seq);
		expect(newestSeq([])).toBe(0);
	});

	it('gives every row a key of its own', () => {
		const messages = Array.from({ length: 50 }, (_, index) =>
			message(index % 3 ? 'anna' : 'ben', NOON + index * 40_000_000)
		);
		const keys = buildTimeline({ messages, hasNewer: false }, messages[7]?.id ?? null).map(
			(row) => row.key
		);
		expect(new Set(keys).size).toBe(keys.length);
	});
});
