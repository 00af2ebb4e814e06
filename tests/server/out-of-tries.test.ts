/** What is told of a device whose share ten wrong PINs have destroyed: to its owner, to IT, and to the browser itself. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import type { ApiServer } from './setup/api-server.ts';
import { call } from './setup/call.ts';
import { invite, type Client } from './setup/client.ts';
import { makeContainer, type Container } from './setup/container.ts';
import { startWithThree } from './setup/three-people.ts';

const PIN = '739164';
const HOUR = 3_600_000;

let server: ApiServer;
let ada: Client;
let container: Container;

beforeAll(async () => {
	({ server, ada } = await startWithThree());
});
afterAll(() => server?.close());
beforeEach(async () => {
	container = await makeContainer(server.origin);
});

/** A try whose pause before it is sat out. */
const tryLater = (pin: string) => {
	server.advance(HOUR);
	return container.try(pin);
};

test('owner and IT see of a device that its tries are used up, until it has a new share', async () => {
	const dora = await invite(server.origin, ada, { name: 'Dora' });
	const seen = async () => {
		const [own] = await dora.api.devices.list({});
		const forIt = await ada.api.devices.list({ person: dora.person });
		return [own?.isOutOfTries, forIt[0]?.isOutOfTries];
	};
	await container.bind(dora.cookie());
	for (let at = 0; at < MAX_TRIES; at += 1) {
		expect(await seen()).toEqual([false, false]);
		await tryLater('000000');
	}
	expect(await seen()).toEqual([true, true]);
	const next = await makeContainer(server.origin);
	await next.bind(dora.cookie());
	expect(await seen()).toEqual([false, false]);
});

test('who is revoked after ten wrong PINs is told of them, who is revoked otherwise is not', async () => {
	const revoke = async (name: string, tries: number) => {
		const gone = await invite(server.origin, ada, { name });
		container = await makeContainer(server.origin);
		await container.bind(gone.cookie());
		for (let at = 0; at < tries; at += 1) await tryLater('000000');
		return gone;
	};
	const told = async (gone: Client) => {
		const { text } = await call(server.origin, 'devices.orders', null, { cookie: gone.cookie() });
		return (JSON.parse(text) as { error: { data: unknown } }).error.data;
	};
	const guessed = await revoke('Erik', MAX_TRIES);
	await guessed.api.devices.revoke({ id: guessed.device });
	expect(await told(guessed)).toEqual({ code: 'device_revoked', detail: { isOutOfTries: true } });
	expect(await tryLater(PIN)).toEqual({ outcome: 'destroyed' });

	const ended = await revoke('Frida', MAX_TRIES - 1);
	await ada.api.devices.revoke({ id: ended.device });
	expect(await told(ended)).toEqual({ code: 'device_revoked', detail: {} });

	// The tenth was right: it has a new share since.
	const mended = await revoke('Gesa', MAX_TRIES);
	await (await makeContainer(server.origin)).bind(mended.cookie());
	await ada.api.devices.revoke({ id: mended.device });
	expect(await told(mended)).toEqual({ code: 'device_revoked', detail: {} });
});
