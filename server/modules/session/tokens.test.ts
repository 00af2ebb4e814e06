import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { createSessionService } from './service.ts';
import { createSessionTokens } from './tokens.ts';

const createTokens = () => createSessionTokens(generateKeyPairSync('ed25519').privateKey);

test('a token is known by the server that made it, and by no other', () => {
	const tokens = createTokens();
	const made = tokens.make();
	expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
	expect(tokens.make()).not.toBe(made);
	expect(tokens.isOurs(made)).toBe(true);
	expect(createTokens().isOurs(made)).toBe(false);
	for (const other of ['', 'x', randomBytes(32).toString('base64url'), `${made}AAAA`]) {
		expect(tokens.isOurs(other)).toBe(false);
	}
});

test('for a made-up token nobody looks into the database', async () => {
	const tokens = createTokens();
	const unreachable = (): never => {
		throw new Error('asked');
	};
	const service = createSessionService({
		database: { read: new Proxy({}, { get: unreachable }), write: unreachable } as never,
		clock: { now: () => 0 },
		bus: createEventBus<LiveTopics>(createLog('silent')),
		domain: 'lindenbach.example',
		tokens
	});
	const madeUp = randomBytes(32).toString('base64url');
	expect(await service.resolve(madeUp)).toEqual({ kind: 'none' });
	await expect(service.resolve(tokens.make())).rejects.toThrow('asked');
});
