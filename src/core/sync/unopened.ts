/** Where messages wait for keys: a few stretches of the log, so that nobody has to look through all of it. */
import type { ReadStore } from '#core/store/database.ts';
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';

type Stretches = NonNullable<ConversationRecord['unopened']>;

/** Messages closer than this belong to one stretch. */
const NEAR = 500;
/** The oldest are given up: their messages stay as they are. */
const MOST_STRETCHES = 16;

/** With one more message, which comes after all others. */
export function withWaiting(stretches: Stretches | undefined, order: number): Stretches {
	const last = stretches?.at(-1);
	if (!stretches || !last) return [{ first: order, last: order }];
	if (order - last.last > NEAR)
		return [...stretches, { first: order, last: order }].slice(-MOST_STRETCHES);
	return [...stretches.slice(0, -1), { first: last.first, last: Math.max(last.last, order) }];
}

/** Stretches of these orders, which ascend; undefined for none. */
export const stretchesOf = (orders: readonly number[]): Stretches | undefined =>
	orders.reduce<Stretches | undefined>(withWaiting, undefined);

/** Oldest first. */
export async function readWaiting(
	store: Pick<ReadStore, 'messages'>,
	{ id, unopened = [] }: ConversationRecord
): Promise<MessageRecord[]> {
	const stretches = unopened.map(({ first, last }) =>
		store.messages
			.where('[conversation+order]')
			.between([id, first], [id, last], true, true)
			.filter(({ kind }) => kind === 'pending')
			.toArray()
	);
	return (await Promise.all(stretches)).flat();
}
