import { describe, expect, it } from 'vitest';
import type { MessageView, MessageWindow } from '#core/engine/api.ts';
import { EMPTY_LOG, takeNewest, takePage } from './message-log.ts';

const message = (order: number, text = `m${order}`, id = `id-${order}`): MessageView => ({
	id,
	seq: order,
	order,
	author: 'anna',
	mine: false,
	at: order,
	kind: 'text',
	text,
	event: null,
	state: null,
	error: null
});
const stretch = (from: number, to: number, more: Partial<MessageWindow> = {}): MessageWindow => ({
	messages: Array.from({ length: to - from + 1 }, (_, index) => message(from + index)),
	hasOlder: from > 1,
	hasNewer: false,
	...more
});
const orders = (log: { messages: readonly MessageView[] }) =>
	log.messages.map((item) => item.order);
const count = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the loaded stretch of a conversation', () => {
	it('grows upwards by older windows that overlap it', () => {
		let log = takeNewest(EMPTY_LOG, stretch(50, 60));
		log = takePage(log, stretch(40, 55, { hasNewer: true }));
		expect(orders(log)).toEqual(count(40, 60));
		expect(log.hasOlder).toBe(true);
		log = takePage(log, stretch(1, 40, { hasNewer: true }));
		expect(orders(log)).toEqual(count(1, 60));
		expect(log.hasOlder).toBe(false);
	});

	it('keeps what was loaded when new messages come', () => {
		let log = takePage(takeNewest(EMPTY_LOG, stretch(50, 60)), stretch(30, 50));
		log = takeNewest(log, stretch(52, 62));
		expect(orders(log)).toEqual(count(30, 62));
		expect(log.hasOlder).toBe(true);
	});

	it('shows what changed in place: states, healed and discarded messages', () => {
		const waiting = message(1_000_000, 'waiting', 'own');
		let log = takeNewest(EMPTY_LOG, {
			...stretch(5, 9),
			messages: [...stretch(5, 9).messages, waiting]
		});
		log = takeNewest(log, {
			...stretch(5, 9),
			messages: [...stretch(5, 9).messages, message(10, 'sent', 'own')]
		});
		expect(log.messages.filter((item) => item.id === 'own').map((item) => item.order)).toEqual([
			10
		]);
		log = takeNewest(log, stretch(5, 9));
		expect(orders(log)).toEqual(count(5, 9));
		log = takePage(log, {
			...stretch(4, 6),
			messages: [message(4), message(5, 'healed'), message(6)]
		});
		expect(log.messages.find((item) => item.order === 5)?.text).toBe('healed');
	});

	it('drops the older part rather than showing a hole', () => {
		const log = takeNewest(takeNewest(EMPTY_LOG, stretch(50, 60)), stretch(200, 210));
		expect(orders(log)).toEqual(count(200, 210));
		expect(log.hasOlder).toBe(true);
	});

	it('grows downwards from a place above, and stays there until it meets the newest', () => {
		const end = stretch(180, 200);
		let log = takePage(stretch(20, 40, { hasNewer: true }), stretch(40, 100, { hasNewer: true }));
		expect(orders(log)).toEqual(count(20, 100));
		expect(takeNewest(log, end)).toBe(log);
		log = takePage(log, stretch(90, 185, { hasNewer: true }));
		expect(log.hasNewer).toBe(true);
		log = takeNewest(log, end);
		expect(orders(log)).toEqual(count(20, 200));
		expect([log.hasOlder, log.hasNewer]).toEqual([true, false]);
	});

	it('reaches the newest by a page that ends with it', () => {
		const log = takePage(stretch(20, 40, { hasNewer: true }), stretch(35, 60));
		expect(orders(log)).toEqual(count(20, 60));
		expect(log.hasNewer).toBe(false);
	});

	it('ignores an older window that came too late', () => {
		const log = takeNewest(EMPTY_LOG, stretch(200, 210));
		expect(takePage(log, stretch(40, 60))).toBe(log);
		expect(takePage(log, { messages: [], hasOlder: false, hasNewer: true })).toBe(log);
	});

	it('becomes empty when the conversation does', () => {
		expect(
			takeNewest(takeNewest(EMPTY_LOG, stretch(1, 3)), {
				messages: [],
				hasOlder: false,
				hasNewer: false
			}).messages
		).toEqual([]);
	});
});
