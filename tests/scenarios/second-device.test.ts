import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let petra: Colleague;
let jonas: Colleague;

beforeAll(async () => {
	server = await startServer();
	petra = await joinFromLink('Petra', await server.firstLink());
	jonas = await joinColleague(petra, 'Jonas');
});
afterAll(async () => {
	await petra?.leaveApp();
	await jonas?.leaveApp();
	await server?.close();
});

describe('one more device of a person', () => {
	it('writes and reads as the same person', async () => {
		const chat = await petra.chatWith('Jonas');
		await petra.write(chat, 'Vom Rechner');
		await jonas.untilText(chat, 'Vom Rechner');

		const phone = await petra.addDevice();
		expect(await phone.me()).toBe(await petra.me());
		await phone.until('conversation', { id: chat }, (shown) => shown?.active === true);
		await phone.write(chat, 'Vom Telefon');
		expect((await jonas.untilText(chat, 'Vom Telefon')).author).toBe(await petra.me());
		expect((await petra.untilText(chat, 'Vom Telefon')).mine).toBe(true);
		await jonas.write(chat, 'An beide');
		await phone.untilText(chat, 'An beide');
		await petra.untilText(chat, 'An beide');
		await phone.leaveApp();
	});

	it('reads all from before, though the old one is gone the moment after, and has shared nothing by itself', async () => {
		let linking = false;
		const mara = await joinColleague(petra, 'Mara', {
			timing: { keys: 24 * 3600 * 1000 },
			wrap: (inner) => ({
				...inner,
				account: {
					...inner.account,
					addKeys: async (keys) => {
						if (!linking) throw new DienstwegError('unavailable');
						await inner.account.addKeys(keys);
					}
				}
			})
		});
		const chat = await mara.chatWith('Jonas');
		const texts = ['Eins', 'Zwei', 'Drei'];
		for (const text of texts) await mara.write(chat, text);
		await jonas.untilText(chat, 'Drei');
		await mara.untilSent();
		linking = true;
		const phone = await mara.addDevice();
		await mara.leaveApp();
		for (const text of texts) await phone.untilText(chat, text);
		await phone.leaveApp();
	});

	it('is taken into groups before it has left anything with the server to be taken in by', async () => {
		const tablet = await jonas.addDevice(undefined, (inner) => ({
			...inner,
			devices: { ...inner.devices, publishKeyPackages: () => Promise.resolve() }
		}));
		await tablet.until('status', undefined, ({ caughtUp }) => caughtUp);
		const others = [await petra.find('Jonas')];
		const profile = { title: 'Wahlamt', picture: null };
		const { conversation } = await petra.call('createGroup', { people: others, profile });
		await tablet.until('conversation', { id: conversation }, (shown) => shown?.active === true);

		const lena = await joinColleague(petra, 'Lena');
		const early = await lena.addDevice(undefined, (inner) => ({
			...inner,
			devices: { ...inner.devices, publishKeyPackages: () => Promise.resolve() }
		}));
		await early.until('status', undefined, ({ caughtUp }) => caughtUp);
		await petra.call('addPeople', { conversation, people: [await petra.find('Lena')] });
		await early.until('conversation', { id: conversation }, (shown) => shown?.active === true);
		for (const device of [tablet, lena, early]) await device.leaveApp();
	});
});
