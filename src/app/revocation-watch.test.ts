import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Revocation } from '#platform/standing.ts';
import { RevocationWatch } from './revocation-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const watchWith = (answer: () => Promise<Revocation | null>) => {
	const asked = vi.fn<() => Promise<Revocation | null>>(answer);
	const onRevoked = vi.fn<(why: Revocation) => void>();
	return { asked, onRevoked, watch: new RevocationWatch({ askRevocation: asked }, onRevoked) };
};

test('asks at once, each minute, and when there is a reason to', async () => {
	const { asked, onRevoked, watch } = watchWith(() => Promise.resolve(null));
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
	const { onRevoked, watch } = watchWith(() => Promise.resolve('tries'));
	watch.watch(true);
	watch.watch(false);
	await vi.advanceTimersByTimeAsync(0);
	expect(onRevoked).not.toHaveBeenCalled();
	watch.watch(true);
	await vi.advanceTimersByTimeAsync(0);
	expect(onRevoked.mock.calls).toEqual([['tries']]);
});

test('where nobody says why, it is revoked', async () => {
	const { watch } = watchWith(() => Promise.resolve(null));
	expect(await watch.why()).toBe('revoked');
	expect(await watchWith(() => Promise.resolve('tries')).watch.why()).toBe('tries');
});
