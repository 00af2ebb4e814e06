/** What of a log is served to whom: to all devices of a person what the person may read, and to nobody else anything. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiServer } from './setup/api-server.ts';
import { codeOf, invite, listen, type Client } from './setup/client.ts';
import { commitInput, createGroup, say } from './setup/group.ts';
import { secondDevice } from './setup/second-device.ts';
import { startWithThree } from './setup/three-people.ts';

const DAY = 24 * 60 * 60 * 1000;

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;
let conversation: string;

const stateOf = async ({ api }: Client) =>
	(await api.conversations.overview()).find(({ id }) => id === conversation);
const commit = (client: Client, epoch: number, change: Parameters<typeof commitInput>[2] = {}) =>
	client.api.conversations.commit(commitInput(conversation, epoch, change));
const adding = (client: Client) => ({ addPeople: [client.person], addDevices: [client.device] });
const removing = (client: Client) => ({
	removePeople: [client.person],
	removeDevices: [client.device]
});
const below = async ({ api }: Client, before: number, limit = 100): Promise<number[]> => {
	const { entries } = await api.conversations.read({ conversation, before, limit });
	return entries.map(({ seq }) => seq);
};
const from = async ({ api }: Client, after: number): Promise<number[]> => {
	const { entries } = await api.conversations.read({ conversation, after, limit: 100 });
	return entries.map(({ seq }) => seq);
};
const joinWith = (device: Client, epoch: number) =>
	commit(device, epoch, { external: true, addDevices: [device.device] });

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
});
afterAll(() => server.close());
beforeEach(async () => {
	conversation = await createGroup(ada, [bert]);
	for (let count = 0; count < 4; count++) await say(bert, conversation);
});

describe('a new device', () => {
	test('is told and served what its person may read, before and after it has come in', async () => {
		const phone = await secondDevice(server, bert);
		expect(await stateOf(phone)).toMatchObject({ since: 6, history: [{ from: 1, to: 5 }] });
		expect(await below(phone, 6)).toEqual([1, 2, 3, 4, 5]);
		expect(await from(phone, 0)).toEqual([]);
		await say(ada, conversation);
		const { seq } = await joinWith(phone, 1);
		expect(await stateOf(phone)).toMatchObject({ since: seq, history: [{ from: 1, to: 6 }] });
		expect(await below(phone, seq)).toEqual([1, 2, 3, 4, 5, 6]);
		expect(await from(phone, 0)).toEqual([seq]);
	});

	test('reads page by page from the newest down', async () => {
		const phone = await secondDevice(server, bert);
		expect(await below(phone, 6, 2)).toEqual([4, 5]);
		expect(await below(phone, 4, 2)).toEqual([2, 3]);
		expect(await below(phone, 2, 2)).toEqual([1]);
		expect(await below(phone, 1, 2)).toEqual([]);
	});

	test('hears of its history with the live event of its coming in', async () => {
		const phone = await secondDevice(server, bert);
		const listener = await listen(phone);
		const { seq } = await joinWith(phone, 1);
		const { state } = await listener.next('conversation', (event) => event.state.since === seq);
		expect(state.history).toEqual([{ from: 1, to: 5 }]);
		listener.close();
	});

	test('of somebody who came later is served nothing from before', async () => {
		const { seq } = await commit(ada, 1, adding(cora));
		const phone = await secondDevice(server, cora);
		await say(ada, conversation, 2);
		expect(await stateOf(phone)).toMatchObject({ history: [{ from: seq, to: seq + 1 }] });
		expect(await below(phone, 100)).toEqual([seq, seq + 1]);
		expect(await below(phone, seq)).toEqual([]);
	});

	test('reads what was said in all memberships, and nothing of the time between', async () => {
		const came = await commit(ada, 1, adding(cora));
		await say(ada, conversation, 2);
		const went = await commit(ada, 2, removing(cora));
		await say(ada, conversation, 3);
		const back = await commit(ada, 3, adding(cora));
		const phone = await secondDevice(server, cora);
		const history = [
			{ from: came.seq, to: went.seq },
			{ from: back.seq, to: back.seq }
		];
		expect(await stateOf(phone)).toMatchObject({ history });
		expect(await below(phone, 100)).toEqual([back.seq]);
		expect(await below(phone, back.seq)).toEqual([came.seq, came.seq + 1, went.seq]);
		// The first device follows from where it came back, and may read the same.
		expect(await stateOf(cora)).toMatchObject({ since: back.seq, history: [history[0]] });
		expect(await from(cora, 0)).toEqual([back.seq]);
	});

	test('reads what its person has left, up to there', async () => {
		await commit(ada, 1, adding(cora));
		await say(ada, conversation, 2);
		await cora.api.conversations.leave({ conversation });
		await commit(ada, 2, { removeDevices: [cora.device] });
		await say(ada, conversation, 3);
		const phone = await secondDevice(server, cora);
		expect(await stateOf(phone)).toMatchObject({
			active: false,
			head: 7,
			history: [{ from: 6, to: 7 }]
		});
		expect(await below(phone, 100)).toEqual([6, 7]);
		expect(await from(phone, 0)).toEqual([]);
	});
});

describe('nobody else', () => {
	test('is served anything: not strangers, not a device that was revoked', async () => {
		const phone = await secondDevice(server, bert);
		expect(await below(phone, 6)).toHaveLength(5);
		await bert.api.devices.revoke({ id: phone.device });
		expect(await codeOf(below(phone, 6))).toBe('device_revoked');
		expect(await codeOf(below(cora, 6))).toBe('not_found');
		expect(await stateOf(cora)).toBeUndefined();
	});

	test('learns by an anchor what stands where they may not read', async () => {
		const { seq } = await commit(ada, 1, adding(cora));
		const phone = await secondDevice(server, cora);
		await joinWith(phone, 2);
		const anchor = { id: randomUUID(), at: 1 };
		const ask = (after: number) =>
			phone.api.conversations.read({ conversation, after, anchor, limit: 10 });
		expect((await ask(seq)).diverged).toBe(true);
		expect((await ask(seq - 1)).diverged).toBeUndefined();
	});
});

describe('certificates', () => {
	const certificatesFor = async (
		{ api }: Client,
		input: { conversations: string[]; devices?: string[]; after?: string }
	): Promise<string[]> => {
		const { certificates } = await api.conversations.certificates(input);
		return certificates.map(({ device }) => device).toSorted();
	};
	const ids = (...clients: Client[]) => clients.map(({ device }) => device).toSorted();

	test('are those of everybody in it, of those who left, and of revoked devices', async () => {
		const old = await secondDevice(server, ada);
		await ada.api.devices.revoke({ id: old.device });
		await commit(ada, 1, adding(cora));
		await commit(ada, 2, removing(cora));
		const seen = await certificatesFor(bert, { conversations: [conversation] });
		expect(seen).toEqual(expect.arrayContaining(ids(ada, bert, cora, old)));
	});

	test('are none of strangers, of those who came later or had gone before', async () => {
		const [dora, emil] = [
			await invite(server.origin, ada, { name: 'Dora' }),
			await invite(server.origin, ada, { name: 'Emil' })
		];
		const conversations = [conversation];
		expect(await certificatesFor(dora, { conversations })).toEqual([]);
		await commit(ada, 1, adding(emil));
		await commit(ada, 2, removing(emil));
		await commit(ada, 3, adding(dora));
		const forDora = await certificatesFor(dora, { conversations });
		expect(forDora).toEqual(expect.arrayContaining(ids(ada, bert, dora)));
		expect(forDora).not.toContain(emil.device);
		const later = await secondDevice(server, bert);
		const forEmil = await certificatesFor(emil, { conversations });
		expect(forEmil).toEqual(expect.arrayContaining(ids(ada, bert, emil)));
		expect(forEmil).not.toContain(dora.device);
		expect(forEmil).not.toContain(later.device);
		// Let in again, they see whose words there were in both times.
		await commit(ada, 4, adding(emil));
		expect(await certificatesFor(emil, { conversations })).toEqual(
			expect.arrayContaining(ids(ada, bert, dora, emil, later))
		);
	});

	test('come for some devices only where they are asked for, and as they were registered', async () => {
		const { api } = bert;
		const conversations = [conversation, randomUUID()];
		const devices = [ada.device, cora.device];
		const page = await api.conversations.certificates({ conversations, devices });
		expect(page.certificates).toMatchObject([{ device: ada.device, person: ada.person }]);
		expect(page.next).toBeNull();
		const after = ada.device;
		expect(await certificatesFor(bert, { conversations, devices, after })).toEqual([]);
	});
});

// Last: the time that passes ends the sessions of all others.
describe('a shared terminal', () => {
	test('is served the last days only, by the time of the entries', async () => {
		const terminal = await secondDevice(server, bert, 'terminal');
		expect(await below(terminal, 100)).toEqual([1, 2, 3, 4, 5]);
		server.advance(29 * DAY);
		await say(ada, conversation);
		await terminal.signIn();
		expect(await below(terminal, 100)).toEqual([1, 2, 3, 4, 5, 6]);
		server.advance(2 * DAY);
		await terminal.signIn();
		expect(await below(terminal, 100)).toEqual([6]);
		expect(await stateOf(terminal)).toMatchObject({ history: [{ from: 6, to: 6 }] });
		server.advance(30 * DAY);
		await terminal.signIn();
		expect(await below(terminal, 100)).toEqual([]);
		expect(await stateOf(terminal)).toMatchObject({ history: [] });
		await bert.signIn();
		expect(await stateOf(bert)).toMatchObject({ since: 1, head: 6 });
	});
});
