/** Which devices count as logged, whatever a server says of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import {
	certificateFor,
	memberFrom,
	openLogWorld,
	somebody,
	type LogWorld
} from '#tests/fixtures/log-world.ts';

let world: LogWorld;
beforeEach(async () => {
	world = await openLogWorld();
});

describe('a device', () => {
	test('is logged once that is proven, which takes few calls for many and none after a restart', async () => {
		const certificates = await Promise.all(
			Array.from({ length: 1100 }, async () => certificateFor(await somebody()))
		);
		for (const certificate of certificates) world.log.addDevice(certificate);
		const members = certificates.map(memberFrom);
		const areLogged = async (): Promise<boolean> =>
			(await Promise.all(members.map((member) => world.transparency.isLogged(member)))).every(
				Boolean
			);
		expect(await areLogged()).toBe(false);
		expect(await world.transparency.prove()).toBe(true);
		expect(await areLogged()).toBe(true);
		expect(world.asked.filter((name) => name === 'deviceProofs')).toHaveLength(3);
		await world.open();
		world.asked = [];
		expect(await areLogged()).toBe(true);
		expect(world.asked).toEqual([]);
	}, 60_000);

	test('that is in no log, or with another certificate, is none', async () => {
		const person = await somebody();
		const device = uuidV4();
		world.log.addDevice(await certificateFor(person, { device }));
		const other = memberFrom(await certificateFor(person, { device }));
		const missing = memberFrom(await certificateFor(person));
		for (const member of [other, missing]) {
			expect(await world.transparency.isLogged(member)).toBe(false);
			expect(await world.transparency.prove()).toBe(false);
			expect(await world.transparency.isLogged(member)).toBe(false);
		}
	});

	test('is not logged by a proof that does not hold', async () => {
		const good = memberFrom(await certificateFor(await somebody()));
		world.log.addDevice(good.certificate);
		const liar = memberFrom(await certificateFor(await somebody()));
		const real = world.log.answersFor(world.me.id);
		const lies: ((proof: { index: number; path: string }) => object)[] = [
			() => ({}),
			() => ({ path: '' }),
			() => ({ path: 'A' }),
			() => ({ path: toBase64url(randomBytes(33)) }),
			() => ({ path: toBase64url(randomBytes(32 * 40)) }),
			() => ({ index: -1 }),
			() => ({ index: 2 ** 40 }),
			({ path }) => ({ path: path.slice(0, -43) })
		];
		for (const lie of lies) {
			const deviceProofs: typeof real.deviceProofs = async ({ size }) => {
				const [proof] = await real.deviceProofs({ size, devices: [good.device] });
				return proof ? [{ ...proof, ...lie(proof), device: liar.device, person: liar.person }] : [];
			};
			world.log = Object.assign(world.log.fork(), {
				answersFor: () => ({ ...real, deviceProofs })
			});
			expect(await world.transparency.isLogged(liar)).toBe(false);
			expect(await world.transparency.prove()).toBe(false);
		}
		expect(await world.transparency.isLogged(liar)).toBe(false);
	});

	test('whose name is none is never asked about: nobody keeps the others from being proven', async () => {
		const made = memberFrom(await certificateFor(await somebody()));
		const good = memberFrom(await certificateFor(await somebody()));
		world.log.addDevice(good.certificate);
		await world.transparency.isLogged({ ...made, device: 'ffffffff-ffff-ffff-ffff-ffffffffffff' });
		await world.transparency.isLogged(good);
		expect(await world.transparency.prove()).toBe(true);
	});
});
