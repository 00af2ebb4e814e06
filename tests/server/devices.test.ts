import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf, invite, join, listen, tokenOf, type Client } from './setup/client.ts';

let server: ApiServer;
let ada: Client;

beforeAll(async () => {
	server = await startApiServer();
	ada = await join(server.origin, tokenOf(await server.firstSecret()));
});
afterAll(() => server.close());

describe('key packages', () => {
	test('are handed out once each, then the one of last resort again and again', async () => {
		const bert = await invite(server.origin, ada, { name: 'Bert' });
		const packages = Array.from({ length: 5 }, () => someBytes(200));
		const lastResort = someBytes(200);
		await bert.api.devices.publishKeyPackages({ packages, lastResort });
		await bert.api.devices.publishKeyPackages({ packages, lastResort });
		expect(await bert.api.devices.countKeyPackages()).toBe(5);
		const claims = await Promise.all(
			Array.from({ length: 12 }, () => ada.api.devices.claimKeyPackages({ people: [bert.person] }))
		);
		const handed = claims.flat().map(({ keyPackage }) => keyPackage);
		expect(handed).toHaveLength(12);
		expect(handed.filter((each) => each === lastResort)).toHaveLength(7);
		expect(handed.filter((each) => each !== lastResort).toSorted()).toEqual(packages.toSorted());
		await bert.api.devices.publishKeyPackages({ packages });
		expect(await bert.api.devices.countKeyPackages()).toBe(0);
	});

	test('are those of all devices of the people asked for, but not of one’s own device', async () => {
		const [cora, dora] = [
			await invite(server.origin, ada, { name: 'Cora' }),
			await invite(server.origin, ada, { name: 'Dora' })
		];
		for (const { api } of [cora, dora]) {
			await api.devices.publishKeyPackages({ packages: [someBytes(50)] });
		}
		const people = [cora.person, dora.person, cora.person];
		const claimed = await cora.api.devices.claimKeyPackages({ people });
		expect(claimed.map(({ device }) => device)).toEqual([dora.device]);
		expect(await ada.api.devices.claimKeyPackages({ people: [ada.person] })).toEqual([]);
	});

	test('are not used up by one person, who gets the one of last resort instead', async () => {
		const [gabi, heinz] = [
			await invite(server.origin, ada, { name: 'Gabi' }),
			await invite(server.origin, ada, { name: 'Heinz' })
		];
		const packages = Array.from({ length: 20 }, () => someBytes(200));
		const lastResort = someBytes(200);
		await gabi.api.devices.publishKeyPackages({ packages, lastResort });
		const claim = async ({ api }: Client) => {
			const [claimed] = await api.devices.claimKeyPackages({ people: [gabi.person] });
			return claimed?.keyPackage;
		};
		const handed: (string | undefined)[] = [];
		for (let count = 0; count < 20; count++) handed.push(await claim(heinz));
		expect(handed.slice(0, 5)).toEqual(packages.slice(0, 5));
		expect(new Set(handed.slice(5))).toEqual(new Set([lastResort]));
		expect(await gabi.api.devices.countKeyPackages()).toBe(15);
		expect(await claim(ada)).toBe(packages[5]);
		server.advance(60 * 60_000);
		expect(await claim(heinz)).toBe(packages[6]);
		expect(await claim(heinz)).toBe(lastResort);
	});

	test('are stored up to a hundred', async () => {
		const emil = await invite(server.origin, ada, { name: 'Emil' });
		for (let count = 0; count < 3; count++) {
			const packages = Array.from({ length: 80 }, () => someBytes(50));
			await emil.api.devices.publishKeyPackages({ packages });
		}
		expect(await emil.api.devices.countKeyPackages()).toBe(100);
	});
});

describe('a device', () => {
	test('is renamed by its owner and by IT, and its owner’s devices and IT hear of it, nobody else', async () => {
		const frida = await invite(server.origin, ada, { name: 'Frida' });
		const bert = await invite(server.origin, ada, { name: 'Bert' });
		const [listener, it, other] = [await listen(frida), await listen(ada), await listen(bert)];
		await frida.api.devices.rename({ id: frida.device, name: '  Firefox auf Android  ' });
		for (const { next } of [listener, it]) {
			expect((await next('devices')).person).toBe(frida.person);
		}
		const [device] = await ada.api.devices.list({ person: frida.person });
		expect(device).toMatchObject({ name: 'Firefox auf Android', push: false });
		await ada.api.devices.rename({ id: frida.device, name: 'Diensttelefon' });
		expect(await frida.api.devices.list({})).toMatchObject([{ name: 'Diensttelefon' }]);
		await bert.api.devices.rename({ id: bert.device, name: 'Rechner' });
		await other.next('devices', ({ person }) => person === bert.person);
		expect(other.events.filter(({ type }) => type === 'devices')).toHaveLength(1);
		for (const each of [listener, it, other]) each.close();
	});

	test('that was the last one of its person leaves the address book of all with somebody who has none', async () => {
		const hanna = await invite(server.origin, ada, { name: 'Hanna' });
		const ingo = await invite(server.origin, ada, { name: 'Ingo' });
		const { people, cursor } = await ingo.api.directory.changes({});
		const hasDevice = (entries: typeof people) =>
			entries.find(({ id }) => id === hanna.person)?.hasDevice;
		expect(hasDevice(people)).toBe(true);
		const listener = await listen(ingo);
		await ada.api.devices.revoke({ id: hanna.device });
		await listener.next('directory');
		listener.close();
		const changes = await ingo.api.directory.changes({ since: cursor });
		expect(changes.people.map(({ id }) => id)).toEqual([hanna.person]);
		expect(hasDevice(changes.people)).toBe(false);
		expect(hasDevice((await ingo.api.directory.changes({})).people)).toBe(false);
	});

	test('that is revoked twice is revoked once', async () => {
		const gerd = await invite(server.origin, ada, { name: 'Gerd' });
		await ada.api.devices.revoke({ id: gerd.device });
		const [first] = await ada.api.devices.list({ person: gerd.person });
		server.advance(1000);
		await ada.api.devices.revoke({ id: gerd.device });
		expect(await ada.api.devices.list({ person: gerd.person })).toEqual([first]);
		expect(await codeOf(gerd.api.devices.countKeyPackages())).toBe('device_revoked');
	});
});
