/** Heads that colleagues were shown: one server, several logs. */
import { beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { logHeadFrom } from '#core/protocol/log-head.ts';
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

describe('the head in a colleague’s message', () => {
	const person = uuidV4();
	const headOf = async (from: MadeLog) => logHeadFrom(await from.answersFor(world.me.id).head());
	const hear = async (from: MadeLog): Promise<void> => {
		world.transparency.hear(await headOf(from), person);
		await world.transparency.follow();
	};

	test('alarms nobody where it is older or newer than this device’s', async () => {
		const older = world.log.fork(3);
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		await hear(older);
		world.log.addDevice(await certificateFor(await somebody()));
		await hear(world.log);
		expect(await world.alarms()).toEqual([]);
		world.asked = [];
		await hear(older.fork());
		expect(world.asked).not.toContain('consistency');
	});

	test('tells of a server that shows different logs, whichever is longer; both heads are kept', async () => {
		for (const more of [0, 1, 3]) {
			const other = world.log.fork(5);
			for (let added = 0; added < more + 1; added++)
				other.addDevice(await certificateFor(await somebody()));
			await hear(other);
		}
		const found = await readAlarms(world.store.read);
		expect(found.map(({ type }) => type)).toEqual(['split-view', 'split-view', 'split-view']);
		expect(found[2]).toMatchObject({ person, known: { size: 6 }, heard: { size: 9 } });
	});

	test('that the server has not signed is told of under the colleague’s name, once', async () => {
		const made = new MadeLog(
			(await generateSigningKeys()).secretKey,
			world.log.statements.slice(0, 4)
		);
		await hear(made);
		made.at += 1;
		made.addDevice(await certificateFor(await somebody()));
		await hear(made);
		expect(await readAlarms(world.store.read)).toMatchObject([{ type: 'other-log', person }]);
	});

	test('of a log that was set back alarms nobody twice', async () => {
		await world.transparency.follow();
		const backup = world.log.fork();
		world.log.addDevice(await certificateFor(await somebody()));
		await world.transparency.follow();
		const lost = world.log;
		world.log = backup;
		await world.transparency.follow();
		await hear(lost);
		expect(await world.alarms()).toEqual(['log-changed']);
	});
});
