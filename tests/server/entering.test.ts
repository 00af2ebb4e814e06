import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceKind } from '#shared/contract/devices.ts';
import { PERMIT_MILLIS } from '#shared/contract/entering.ts';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import {
	anonymous,
	codeOf,
	listen,
	makeDeviceKeys,
	tokenHashOf,
	type Client
} from './setup/client.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;

beforeAll(async () => {
	({ server, ada, bert } = await startWithThree());
});
afterAll(() => server?.close());

const permit = async (by: Client): Promise<string> => {
	const token = someBytes(32);
	await by.api.entering.permit({ tokenHash: tokenHashOf(token) });
	return token;
};

const newDevice = (kind: DeviceKind = 'phone') => {
	const keys = makeDeviceKeys();
	const id = randomUUID();
	return {
		keys,
		input: (token: string) => ({
			token,
			device: {
				id,
				name: 'Telefon',
				kind,
				signatureKey: keys.publicKey,
				certificate: certificateOf(id)
			},
			proof: keys.signIn(id, token)
		})
	};
};

/** The same at each call. */
const certificates = new Map<string, string>();
const certificateOf = (id: string): string => {
	const known = certificates.get(id) ?? someBytes(200);
	certificates.set(id, known);
	return known;
};

test('a device with a permit is the person’s, signed in, and told to those whom it concerns', async () => {
	const token = await permit(bert);
	const listener = await listen(bert);
	const { api } = anonymous(server.origin);
	const me = await api.entering.enter(newDevice().input(token));
	expect(me.person.id).toBe(bert.person);
	await listener.next('devices');
	listener.close();
	expect(await api.devices.list({})).toHaveLength(2);
	expect((await api.account.state()).generation).toBe(0);
});

test('a permit is good once, and the same device may ask again', async () => {
	const token = await permit(bert);
	const device = newDevice();
	const { api } = anonymous(server.origin);
	const first = await api.entering.enter(device.input(token));
	const second = await anonymous(server.origin).api.entering.enter(device.input(token));
	expect(second.device.id).toBe(first.device.id);
	const other = anonymous(server.origin).api.entering.enter(newDevice().input(token));
	expect(await codeOf(other)).toBe('permit_unknown');
	await bert.api.devices.revoke({ id: first.device.id });
	const revoked = anonymous(server.origin).api.entering.enter(device.input(token));
	expect(await codeOf(revoked)).toBe('device_revoked');
});

test('nobody gets in by a permit that nobody made, that is over, or whose maker is revoked', async () => {
	const { api } = anonymous(server.origin);
	expect(await codeOf(api.entering.enter(newDevice().input(someBytes(32))))).toBe('permit_unknown');

	const maker = newDevice();
	const made = await anonymous(server.origin).api.entering.enter(maker.input(await permit(ada)));
	const { api: maker2 } = anonymous(server.origin);
	const { nonce } = await maker2.session.challenge({ device: made.device.id });
	await maker2.session.signIn({
		device: made.device.id,
		nonce,
		signature: maker.keys.signIn(made.device.id, nonce)
	});
	const token = someBytes(32);
	await maker2.entering.permit({ tokenHash: tokenHashOf(token) });
	await ada.api.devices.revoke({ id: made.device.id });
	expect(await codeOf(api.entering.enter(newDevice().input(token)))).toBe('permit_unknown');

	const late = await permit(ada);
	server.advance(PERMIT_MILLIS + 1);
	expect(await codeOf(api.entering.enter(newDevice().input(late)))).toBe('permit_unknown');
});

test('a device that does not hold its key, or is none of a person’s own, stays out', async () => {
	const token = await permit(ada);
	const { api } = anonymous(server.origin);
	const forged = { ...newDevice().input(token), proof: someBytes(64) };
	expect(await codeOf(api.entering.enter(forged))).toBe('bad_request');
	for (const kind of ['terminal', 'bot'] as const)
		expect(await codeOf(api.entering.enter(newDevice(kind).input(token)))).toBe('bad_request');
	expect((await api.entering.enter(newDevice().input(token))).person.id).toBe(ada.person);
});

test('of two devices that come with one permit at once, one gets in', async () => {
	const token = await permit(ada);
	const codes = await Promise.all(
		[newDevice(), newDevice(), newDevice()].map((device) =>
			codeOf(anonymous(server.origin).api.entering.enter(device.input(token)))
		)
	);
	expect(codes.toSorted()).toEqual(['no error', 'permit_unknown', 'permit_unknown']);
});

test('whoever has as many devices as are allowed hears of it before anything begins', async () => {
	const { version, policy } = await ada.api.policy.get();
	await ada.api.policy.set({ version, policy: { ...policy, maxDevices: 1 } });
	expect(await codeOf(permit(ada))).toBe('device_limit');
});
