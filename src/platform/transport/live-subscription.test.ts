import { describe, expect, it } from 'vitest';
import { pauseMillis } from './live-subscription.ts';

describe('pauses between attempts', () => {
	it('double with each failure, up to half a minute', () => {
		const longest = [0, 1, 2, 3, 20, 1000].map((failures) => pauseMillis(failures, () => 1));
		expect(longest).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
	});

	it('are spread over half of their length, so that not everybody comes back at once', () => {
		expect(pauseMillis(3, () => 0)).toBe(2000);
		expect(pauseMillis(3, () => 0.5)).toBe(3000);
	});
});
