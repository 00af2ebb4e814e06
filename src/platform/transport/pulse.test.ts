import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ASK_MILLIS, GONE_MILLIS, SILENT_MILLIS, watchPulse } from './pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watched socket that has just opened, and what was said of it. */
function open() {
	const said: string[] = [];
	const socket = Object.assign(new EventTarget(), {
		send: (frame: string) => void said.push(frame)
	});
	watchPulse(socket, {
		onSilent: () => said.push('silent'),
		onHeard: () => said.push('heard'),
		onGone: () => said.push('gone')
	});
	const happen = (type: 'open' | 'message' | 'close') => socket.dispatchEvent(new Event(type));
	happen('open');
	return { said, happen };
}

test('a socket over which something comes is not asked', () => {
	const { said, happen } = open();
	for (let times = 0; times < 5; times++) {
		vi.advanceTimersByTime(ASK_MILLIS - 1);
		happen('message');
	}
	expect(said).toEqual([]);
});

test('whatever comes after the question is an answer', () => {
	const { said, happen } = open();
	vi.advanceTimersByTime(ASK_MILLIS + SILENT_MILLIS - 1);
	happen('message');
	vi.advanceTimersByTime(ASK_MILLIS - 1);
	expect(said).toEqual(['PING']);
});

test('one that stays silent is told of within a quarter of a minute, and given up later', () => {
	const { said } = open();
	vi.advanceTimersByTime(15_000);
	expect(said).toEqual(['PING', 'silent']);
	vi.advanceTimersByTime(GONE_MILLIS);
	expect(said).toEqual(['PING', 'silent', 'gone']);
});

test('a sign that comes late, as on a slow line, is as good as one in time', () => {
	const { said, happen } = open();
	vi.advanceTimersByTime(ASK_MILLIS + SILENT_MILLIS);
	happen('message');
	vi.advanceTimersByTime(ASK_MILLIS + SILENT_MILLIS - 1);
	expect(said).toEqual(['PING', 'silent', 'heard', 'PING']);
});

test('one that is closed is left alone', () => {
	const { said, happen } = open();
	vi.advanceTimersByTime(ASK_MILLIS);
	happen('close');
	vi.advanceTimersByTime(2 * GONE_MILLIS);
	expect(said).toEqual(['PING']);
});
