/** The newest head, from servers that have turned bad, each with the right key to sign with. */
import { beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { readAlarms } from './alarms.ts';
import { MadeLog } from '#tests/fixtures/made-log.ts';
import {
	certificateFor,
	openLogWorld,
	somebody,
	type LogWorld
} from '#tests/fixtures/log-world.ts';

let world: LogWorld;
beforeEach(async () => {
	world = await openLogWorld();
});

describe('the head', () => {
	test('goes on from what was known, before and after a restart, and nobody is alarmed', async () => {
		await world.transparency.follow();
		expect(world.transparency.head?.size).toBe(6);
		for (let more = 0; more < 60; more++) {
			world.log.addDevice(await certificateFor(await somebody()));
			await world.transparency.follow();
		}
		await world.open();
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		expect(world.transparency.head?.size).toBe(67);
		expect(await world.alarms()).toEqual([]);
	});

	test('by another key is not taken, and told of', async () => {
		await world.transparency.follow();
		world.log = new MadeLog((await generateSigningKeys()).secretKey, world.log.statements);
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		expect(world.transparency.head?.size).toBe(6);
		expect(await world.alarms()).toEqual(['log-changed']);
	});

	test('of a log that was set back is followed from what both have, and told of once', async () => {
		await world.transparency.follow();
		const backup = world.log.fork();
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		world.log = backup;
		await world.transparency.follow();
		world.log.addDevice(await certificateFor(await somebody()));
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		expect(world.transparency.head?.size).toBe(8);
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'log-changed', isEarlier: true, known: { size: 7 }, shown: { size: 6 } }
		]);
	});

	test('of another log altogether is not taken until the person says so; the evidence stays', async () => {
		await world.transparency.follow();
		const before = world.transparency.head;
		world.log = new MadeLog(world.serverKeys.secretKey);
		for (let others = 0; others < 9; others++)
			world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		await world.open();
		await world.transparency.follow();
		expect(world.transparency.head).toEqual(before);
		const [alarm] = await readAlarms(world.store.read);
		expect(alarm).toMatchObject({ type: 'log-changed', isEarlier: false, shown: { size: 9 } });
		await world.transparency.putAside(alarm?.id ?? '');
		await expect.poll(() => world.transparency.head?.size).toBe(9);
		const evidence = await world.transparency.evidence();
		expect(evidence.alarms[0]).toMatchObject({ isDone: true, known: { size: 6 } });
	});

	test('that is signed over other leaves than those that are served is told of', async () => {
		await world.transparency.follow();
		world.log.addDevice(await certificateFor(await somebody()));
		const real = world.log.answersFor(world.me.id);
		const hidden = {
			...real,
			entries: async () => world.log.fork(6).answersFor(world.me.id).entries({ from: 6 })
		};
		world.log = Object.assign(world.log.fork(), { answersFor: () => hidden });
		await world.transparency.follow();
		expect(await world.alarms()).toEqual(['log-changed']);
	});
});
