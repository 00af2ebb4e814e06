import { expect, test } from 'vitest';
import { LiveConnection } from './live-connection.ts';

/** A connection, and what says that a frame came. */
function connect() {
	let receive: (text: string) => void = () => undefined;
	const connection = new LiveConnection({
		readyState: 1,
		OPEN: 1,
		bufferedAmount: 0,
		send: () => undefined,
		ping: () => undefined,
		close: () => undefined,
		terminate: () => undefined,
		on: (event: string, listener: (data: string, isBinary: boolean) => void) => {
			if (event === 'message') receive = (text) => listener(text, false);
		}
	});
	return { connection, receive: (text: string) => receive(text) };
}

test('the id of a subscription is read along, unless it would swell every event', () => {
	const { connection, receive } = connect();
	for (const id of [7, 'eight']) {
		receive(JSON.stringify({ id, method: 'subscription' }));
		expect(connection.takeRequest()).toBe(id);
	}
	receive(JSON.stringify({ id: 'x'.repeat(10_000), method: 'subscription' }));
	expect(connection.takeRequest()).toBeUndefined();
});
