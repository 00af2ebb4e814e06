/** A second device of a client's person, signed in. */
import { randomUUID } from 'node:crypto';
import type { NewDevice } from '#shared/contract/devices.ts';
import { addDevice } from '#tests/fixtures/add-device.ts';
import { someBytes } from './bodies.ts';
import { anonymous, makeDeviceKeys, type Client } from './client.ts';

export async function secondDevice(
	{ origin, config }: { origin: string; config: { dataDir: string } },
	{ person }: Client,
	kind: NewDevice['kind'] = 'phone'
): Promise<Client> {
	const { api, cookie } = anonymous(origin);
	const keys = makeDeviceKeys();
	const device = randomUUID();
	await addDevice(config.dataDir, person, {
		id: device,
		name: 'Zweites',
		kind,
		signatureKey: keys.publicKey,
		certificate: someBytes(200)
	});
	const signIn = async () => {
		const { nonce } = await api.session.challenge({ device });
		return api.session.signIn({ device, nonce, signature: keys.signIn(device, nonce) });
	};
	return { api, cookie, keys, device, person, me: await signIn(), signIn };
}
