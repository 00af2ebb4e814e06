/** What a server that has turned bad can do with the log of device keys: nothing that stays unseen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '#core/sync/transport.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { MadeLog, logSecretKey } from '#tests/fixtures/made-log.ts';
import { certificateOf, openRogueDevice } from '#tests/fixtures/rogue-device.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
/** What Bob is answered about the log, once the server has turned bad. */
let forBob: ((inner: Transport['transparency']) => Transport['transparency']) | null = null;

const untilAlarm = (colleague: Colleague, type: string) =>
	colleague.until('alarms', undefined, (alarms) => alarms.some((alarm) => alarm.type === type));

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', {
		wrap: (inner) => ({
			...inner,
			get transparency() {
				return forBob ? forBob(inner.transparency) : inner.transparency;
			}
		})
	});
});
afterAll(async () => {
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a dishonest server', () => {
	it('alarms nobody as long as it is honest, while people and groups come and go', async () => {
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Guten Morgen');
		await bob.untilText(chat, 'Guten Morgen');
		const carl = await joinColleague(alice, 'Carl');
		const people = [await alice.find('Bob'), await alice.find('Carl')];
		const profile = { title: 'Bauhof', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await alice.write(conversation, 'An alle');
		for (const colleague of [bob, carl]) await colleague.untilText(conversation, 'An alle');
		await carl.write(conversation, 'Da');
		await bob.untilText(conversation, 'Da');
		for (const colleague of [alice, bob, carl]) {
			expect(await colleague.until('alarms', undefined, () => true)).toEqual([]);
			const { head } = await colleague.call('logEvidence', undefined);
			expect(head?.size).toBeGreaterThanOrEqual(3);
		}
		await carl.leaveApp();
	});

	it('finds no device that has not checked the log yet: each does so at once when it has come', async () => {
		const erna = await joinColleague(alice, 'Erna', { timing: { election: 100_000_000 } });
		await erna.untilLogIsChecked();
		await erna.leaveApp();
	});

	it('can not add a device in somebody’s name: nobody lets it in, and the person is told which one', async () => {
		const chat = await alice.chatWith('Bob');
		const rogue = await openRogueDevice(server, bob, 'Windows-PC');
		await rogue.until('status', undefined, ({ caughtUp }) => caughtUp);
		await alice.write(chat, 'Nur für Bob');
		await bob.openApp();
		await bob.untilText(chat, 'Nur für Bob');
		await bob.write(chat, 'Gelesen');
		await alice.untilText(chat, 'Gelesen');
		const alarms = await untilAlarm(bob, 'foreign-device');
		expect(alarms).toMatchObject([{ type: 'foreign-device', deviceName: 'Windows-PC' }]);
		const texts = (await rogue.messages(chat)).map(({ text }) => text);
		expect(texts).not.toContain('Nur für Bob');
		// The one that is named can be ended from there.
		const [alarm] = alarms;
		if (alarm?.type !== 'foreign-device' || alarm.device === null) throw new Error('No device');
		await bob.call('revokeDevice', { id: alarm.device });
		await rogue.until('status', undefined, ({ problem }) => problem === 'device_revoked');
		await rogue.leaveApp();
		await bob.call('putAlarmAside', { id: alarm.id });
		await bob.until('alarms', undefined, ({ length }) => length === 0);
		expect((await bob.call('logEvidence', undefined)).alarms).toHaveLength(1);
	});

	it('can not show a device that stands in no log: whoever uses it is not followed', async () => {
		const chat = await alice.chatWith('Bob');
		// Bob is shown a log without Dora's device.
		let hidden = '';
		forBob = (inner) => ({
			...inner,
			deviceProofs: async (input) =>
				(await inner.deviceProofs(input)).filter(({ device }) => device !== hidden)
		});
		const dora = await joinColleague(alice, 'Dora');
		hidden = (await dora.until('status', undefined, () => true)).device.id;
		const withDora = await bob.chatWith('Dora');
		const { id } = await bob.write(withDora, 'Hallo Dora');
		await alice.write(chat, 'Geht es noch?');
		await bob.untilText(chat, 'Geht es noch?');
		const input = { conversation: withDora, around: 'newest' as const, count: 5 };
		await bob.until('messages', input, ({ messages }) =>
			messages.some((message) => message.id === id && message.state === 'refused')
		);
		forBob = null;
		await bob.call('retryMessage', { id });
		await dora.untilText(withDora, 'Hallo Dora');
		await dora.leaveApp();
	});

	it('can not show different logs to different people: whoever of them writes to the other tells', async () => {
		const chat = await alice.chatWith('Bob');
		const other = new MadeLog(logSecretKey(server.dataDir));
		other.addDevice(await certificateOf(alice));
		other.addDevice(await certificateOf(bob));
		const person = await bob.me();
		// As long as the real one and longer, with none of the others' devices.
		const { publicKey } = await generateSigningKeys();
		for (let more = 0; more < 40; more++)
			other.addDevice(
				await issueCertificate(
					{
						person: uuidV4(),
						device: uuidV4(),
						name: 'Gerät',
						kind: 'phone',
						authority: 'localhost',
						signatureKey: publicKey,
						issuedAt: 1
					},
					await generateSigningKeys()
				)
			);
		forBob = () => other.answersFor(person);
		await bob.openApp();
		await untilAlarm(bob, 'log-changed');
		await bob.untilSent();
		await bob.write(chat, 'Aus der anderen Welt');
		await alice.untilText(chat, 'Aus der anderen Welt');
		await alice.write(chat, 'Aus dieser Welt');
		await bob.untilText(chat, 'Aus dieser Welt');
		const { known, heard } = (await untilAlarm(alice, 'split-view'))
			.flatMap((alarm) => (alarm.type === 'split-view' ? [alarm] : []))
			.at(0) ?? { known: null, heard: null };
		expect(known?.root).not.toBe(heard?.root);
		const { alarms, logKey } = await alice.call('logEvidence', undefined);
		expect(alarms.some(({ type }) => type === 'split-view')).toBe(true);
		expect(logKey).toHaveLength(43);
		forBob = null;
	});
});
