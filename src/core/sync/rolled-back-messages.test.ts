import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '#core/store/records.ts';
import { asItem, moveMessages } from './rolled-back-messages.ts';

const message = (
	order: number,
	author: string,
	kind: MessageRecord['kind'] = 'text'
): MessageRecord => ({
	conversation: 'c',
	order,
	id: `id ${order}`,
	author,
	at: order,
	kind,
	text: kind === 'text' ? `Text ${order}` : '',
	event: null,
	envelope: null,
	epoch: 1
});
const line = { ...message(0, 'me', 'event'), id: 'line' };
const move = (after: MessageRecord[], change: { readUpTo?: number; keepsOwn?: boolean } = {}) =>
	moveMessages(after, { common: 4, readUpTo: 0, line, me: 'me', keepsOwn: false, ...change });
const idsOf = (messages: { id: string }[]): string[] => messages.map(({ id }) => id);

describe('messages behind the last common entry', () => {
	it("of others stay in their order, between it and the next one; one's own go out again as they were", () => {
		const own = message(6, 'me');
		const { kept, again } = move([message(5, 'anna'), own, message(7, 'ben'), message(8, 'anna')]);
		expect(idsOf(kept)).toEqual(['id 5', 'id 7', 'id 8', 'line']);
		const orders = kept.map(({ order }) => order);
		expect(orders).toEqual(orders.toSorted((a, b) => a - b));
		expect(new Set(orders).size).toBe(4);
		for (const order of orders) expect(order > 4 && order < 5 - 1 / 32).toBe(true);
		expect(again).toEqual([own]);
		expect(asItem(own, ['device'])).toMatchObject({
			id: own.id,
			at: own.at,
			content: { text: own.text },
			attempt: null,
			audience: ['device']
		});
		expect(asItem(own, null)).not.toHaveProperty('audience');
	});

	it('keep apart and in order, however many there are and however often it happens', () => {
		let kept = Array.from({ length: 10_000 }, (_, index) => message(5 + index, 'anna'));
		const ids = idsOf(kept);
		for (let times = 0; times < 3; times++)
			kept = moveMessages(kept, {
				common: 4,
				readUpTo: 0,
				line: null,
				me: 'me',
				keepsOwn: false
			}).kept;
		expect(idsOf(kept)).toEqual(ids);
		for (const [index, { order }] of kept.entries())
			expect(order).toBeGreaterThan(kept[index - 1]?.order ?? 4);
	});

	it('are as read as they were', () => {
		const after = [5, 6, 7].map((order) => message(order, 'anna'));
		expect(move(after, { readUpTo: 3 }).readUpTo).toBe(3);
		expect(move(after, { readUpTo: 4 }).readUpTo).toBe(4);
		for (const [index, readUpTo] of [5, 6, 7].entries()) {
			const moved = move(after, { readUpTo });
			expect(moved.readUpTo).toBe(moved.kept[index]?.order);
		}
	});

	it('are remembered as lost if somebody wrote them; what nobody could read is dropped', () => {
		const after = [
			message(5, 'anna'),
			message(6, 'anna', 'event'),
			message(7, 'anna', 'pending'),
			message(8, 'anna', 'unknown')
		];
		const { kept, lost } = move(after);
		expect(idsOf(kept)).toEqual(['id 5', 'id 6', 'id 8', 'line']);
		expect(lost.map(({ id }) => id)).toEqual(['id 5', 'id 8']);
		expect(lost[0]?.order).toBe(kept[0]?.order);
	});

	it('stay all of them where nothing can go out any more', () => {
		const { kept, again, lost } = move([message(5, 'anna'), message(6, 'me')], { keepsOwn: true });
		expect(idsOf(kept)).toEqual(['id 5', 'id 6', 'line']);
		expect(idsOf(lost)).toEqual(['id 5', 'id 6']);
		expect(again).toEqual([]);
	});
});
