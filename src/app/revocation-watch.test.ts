import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RevocationWatch } from './revocation-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const watchWith = (answer: () => Promise<boolean>) => {
	const asked = vi.fn<() => Promise<boolean>>(answer);
	const onRevoked = vi.fn<() => void>();
	return { asked, onRevoked, watch: new RevocationWatch({ isRevoked: asked }, onRevoked) };
};

test('asks at once, each minute, and when there is a reason to', async () => {
	const { asked, onRevoked, watch } = watchWith(() => Promise.resolve(false));
	watch.look();
	expect(asked).not.toHaveBeenCalled();
	watch.watch(true);
	watch.watch(true);
	await vi.advanceTimersByTimeAsync(0);
	expect(asked).toHaveBeenCalledTimes(1);
	watch.look();
	await vi.advanceTimersByTimeAsync(0);
	expect(asked).toHaveBeenCalledTimes(2);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(asked).toHaveBeenCalledTimes(3);
	expect(onRevoked).not.toHaveBeenCalled();
	watch.watch(false);
	await vi.advanceTimersByTimeAsync(600_000);
	expect(asked).toHaveBeenCalledTimes(3);
});

test('tells what the server says, and not once the container is open', async () => {
	const { onRevoked, watch } = watchWith(() => Promise.resolve(true));
	watch.watch(true);
	watch.watch(false);
	await vi.advanceTimersByTimeAsync(0);
	expect(onRevoked).not.toHaveBeenCalled();
	watch.watch(true);
	await vi.advanceTimersByTimeAsync(0);
	expect(onRevoked).toHaveBeenCalledTimes(1);
});
