import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { mapError } from './map-error.ts';

const answered = (status: number, headers: Record<string, string> = {}) =>
	new TRPCClientError('text that must not be passed on', {
		meta: { response: new Response(null, { status, headers }) }
	});

describe('errors of the transport', () => {
	it('are those that the server names', () => {
		const error = new TRPCClientError('x', {
			result: {
				error: {
					code: -32000,
					message: 'x',
					data: { code: 'stale_epoch', detail: { epoch: 4, foreign: 'text' } }
				}
			}
		});
		expect(mapError(error)).toMatchObject({ code: 'stale_epoch', detail: { epoch: 4 } });
		expect(mapError(error).detail).not.toHaveProperty('foreign');
	});

	it('are offline when no answer came, or a broken one', () => {
		expect(mapError(new TRPCClientError('fetch failed')).code).toBe('offline');
		expect(mapError(answered(200)).code).toBe('offline');
	});

	it.each([
		[401, 'unauthenticated'],
		[403, 'forbidden'],
		[413, 'too_large'],
		[500, 'internal'],
		[502, 'unavailable'],
		[503, 'unavailable']
	])('follow the status %i of somebody in between', (status, code) => {
		expect(mapError(answered(status)).code).toBe(code);
	});

	it('keep how long to wait', () => {
		const error = mapError(answered(429, { 'retry-after': '7' }));
		expect(error).toMatchObject({ code: 'rate_limited', detail: { retryAfter: 7 } });
	});

	it('carry no text of anybody', () => {
		expect(JSON.stringify(mapError(answered(500)))).not.toContain('passed on');
		expect(mapError(new Error('secret')).message).toBe('internal');
	});
});
