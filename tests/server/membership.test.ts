import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiServer } from './setup/api-server.ts';
import { someBundle } from './setup/bodies.ts';
import { codeOf, invite, listen, type Client } from './setup/client.ts';
import { commitInput, createGroup, say } from './setup/group.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;
let dora: Client;
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

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
	dora = await invite(server.origin, ada, { name: 'Dora' });
});
afterAll(() => server.close());
beforeEach(async () => {
	conversation = await createGroup(ada, [bert, cora]);
});

describe('people of a group', () => {
	test('are changed by its admins only', async () => {
		expect(await codeOf(commit(bert, 1, adding(dora)))).toBe('forbidden');
		expect(await codeOf(commit(bert, 1, removing(cora)))).toBe('forbidden');
		expect(await codeOf(commit(bert, 1, { admins: [bert.person] }))).toBe('forbidden');
		await commit(ada, 1, { admins: [ada.person, bert.person] });
		await commit(bert, 2, adding(dora));
		await commit(bert, 3, removing(ada));
		expect((await stateOf(bert))?.members.map(({ person }) => person).toSorted()).toEqual(
			[bert.person, cora.person, dora.person].toSorted()
		);
	});

	test('come with devices of their own, and go with all of them', async () => {
		const { create } = ada.api.conversations;
		expect(create).toBeDefined();
		expect(
			await codeOf(commit(ada, 1, { addPeople: [dora.person], addDevices: [bert.device] }))
		).toBe('conflict');
		expect(await codeOf(commit(ada, 1, { addDevices: [dora.device] }))).toBe('conflict');
		expect(await codeOf(commit(ada, 1, { removePeople: [bert.person] }))).toBe('bad_request');
		expect(await codeOf(commit(ada, 1, { removeDevices: [bert.device] }))).toBe('forbidden');
		expect(await codeOf(commit(ada, 1, { addPeople: [randomUUID()] }))).toBe('conflict');
		expect(await codeOf(commit(ada, 1, { addPeople: [bert.person] }))).toBe('conflict');
		expect(await codeOf(commit(ada, 1, removing(dora)))).toBe('conflict');
		expect(await codeOf(commit(ada, 1, removing(ada)))).toBe('bad_request');
		expect(await codeOf(commit(ada, 1, { admins: [] }))).toBe('bad_request');
		expect(await codeOf(commit(ada, 1, { admins: [dora.person] }))).toBe('bad_request');
		expect((await stateOf(ada))?.head).toBe(1);
	});

	test('may take leaves out that nobody declared', async () => {
		const unknown = randomUUID();
		const { seq } = await commit(ada, 1, { removeDevices: [unknown] });
		const page = await bert.api.conversations.read({ conversation, after: seq - 1, limit: 1 });
		expect(page.entries).toMatchObject([{ seq, devices: { add: [], remove: [unknown] } }]);
	});

	test('are told to all as they were declared', async () => {
		const listener = await listen(bert);
		const { seq } = await commit(ada, 1, adding(dora));
		const { entry } = await listener.next('entry', (event) => event.entry.seq === seq);
		expect(entry).toMatchObject({ devices: { add: [dora.device], remove: [] } });
		listener.close();
	});

	test('of a direct chat never change', async () => {
		const direct = randomUUID();
		await ada.api.conversations.create({
			conversation: direct,
			kind: 'direct',
			people: [dora.person],
			devices: [dora.device],
			...someBundle(true)
		});
		conversation = direct;
		expect(await codeOf(commit(ada, 1, adding(bert)))).toBe('forbidden');
		expect(await codeOf(commit(ada, 1, removing(dora)))).toBe('forbidden');
		expect(await codeOf(commit(ada, 1, { admins: [ada.person] }))).toBe('forbidden');
		expect(await codeOf(ada.api.conversations.leave({ conversation }))).toBe('forbidden');
		await commit(ada, 1);
	});
});

describe('somebody who is added', () => {
	test('is told, gets the Welcome, and reads from the commit on', async () => {
		await say(ada, conversation);
		const listener = await listen(dora);
		const { seq } = await commit(ada, 1, adding(dora));
		const { state } = await listener.next(
			'conversation',
			(event) => event.state.id === conversation
		);
		expect(state).toMatchObject({ since: seq, active: true, epoch: 2, head: seq });
		await listener.next('entry', ({ entry }) => entry.seq === seq);
		await say(ada, conversation, 2);
		const page = await dora.api.conversations.read({ conversation, after: 0, limit: 100 });
		expect(page.entries.map((entry) => entry.seq)).toEqual([seq, seq + 1]);
		listener.close();
	});
});

describe('somebody who is removed', () => {
	test('is served up to the removal, and nothing after', async () => {
		const listener = await listen(cora);
		await say(ada, conversation);
		const { seq } = await commit(ada, 1, removing(cora));
		const { state } = await listener.next(
			'conversation',
			(event) => event.state.id === conversation && !event.state.active
		);
		expect(state).toMatchObject({ head: seq, epoch: 2, active: false, pendingRemovals: [] });
		await commit(ada, 2, adding(dora));
		await say(ada, conversation, 3);
		const page = await cora.api.conversations.read({ conversation, after: 0, limit: 100 });
		expect(page.entries.map((entry) => entry.seq)).toEqual([1, 2, seq]);
		expect(page.head).toBe(seq);
		expect(await stateOf(cora)).toMatchObject({
			head: seq,
			epoch: 2,
			active: false,
			members: [{ person: cora.person }]
		});
		const { groupInfo, typing, leave } = cora.api.conversations;
		expect(await codeOf(say(cora, conversation, 3))).toBe('not_a_member');
		expect(await codeOf(groupInfo({ conversation }))).toBe('not_a_member');
		expect(await codeOf(typing({ conversation }))).toBe('not_a_member');
		expect(await codeOf(commit(cora, 3))).toBe('not_a_member');
		expect(await codeOf(commit(cora, 3, { external: true, addDevices: [cora.device] }))).toBe(
			'not_a_member'
		);
		await leave({ conversation });
		const seen = listener.events.flatMap((event) =>
			event.type === 'entry' && event.entry.conversation === conversation ? [event.entry.seq] : []
		);
		expect(seen).toEqual([2, seq]);
		listener.close();
	});

	test('and added again reads from then on', async () => {
		await commit(ada, 1, removing(cora));
		await say(ada, conversation, 2);
		const { seq } = await commit(ada, 2, adding(cora));
		const page = await cora.api.conversations.read({ conversation, after: 0, limit: 100 });
		expect(page.entries.map((entry) => entry.seq)).toEqual([seq]);
		expect(await stateOf(cora)).toMatchObject({ since: seq, active: true });
	});
});

describe('leaving', () => {
	test('stops everybody until a commit takes the leaves out', async () => {
		const listener = await listen(bert);
		await cora.api.conversations.leave({ conversation });
		await cora.api.conversations.leave({ conversation });
		const { state } = await listener.next(
			'conversation',
			(event) => event.state.id === conversation && event.state.pendingRemovals.length > 0
		);
		expect(state.pendingRemovals).toEqual([cora.device]);
		await expect(say(bert, conversation)).rejects.toMatchObject({
			code: 'removal_pending',
			detail: { devices: [cora.device] }
		});
		expect(await codeOf(commit(ada, 1, adding(dora)))).toBe('removal_pending');
		expect(await codeOf(say(cora, conversation))).toBe('not_a_member');
		await commit(bert, 1, { removeDevices: [cora.device] });
		await say(bert, conversation, 2);
		const page = await cora.api.conversations.read({ conversation, after: 0, limit: 100 });
		expect(page.entries.map((entry) => entry.seq)).toEqual([1]);
		expect((await stateOf(bert))?.pendingRemovals).toEqual([]);
		listener.close();
	});

	test('is not for the only admin while others are in it', async () => {
		expect(await codeOf(ada.api.conversations.leave({ conversation }))).toBe('conflict');
		await commit(ada, 1, { admins: [ada.person, bert.person] });
		await ada.api.conversations.leave({ conversation });
		expect(await stateOf(ada)).toMatchObject({ active: false });
	});

	test('and coming back is one commit', async () => {
		await cora.api.conversations.leave({ conversation });
		const { seq } = await commit(ada, 1, {
			addPeople: [cora.person],
			addDevices: [cora.device],
			removeDevices: [cora.device]
		});
		expect(await stateOf(cora)).toMatchObject({ since: seq, active: true, pendingRemovals: [] });
		await say(cora, conversation, 2);
	});
});

describe('an external commit', () => {
	test('brings in the device that makes it, and nothing else', async () => {
		const external = { external: true, addDevices: [bert.device] };
		const { seq } = await commit(bert, 1, { ...external, removeDevices: [bert.device] });
		expect(await stateOf(bert)).toMatchObject({ epoch: 2, active: true, since: 1 });
		const page = await bert.api.conversations.read({ conversation, after: 0, limit: 100 });
		expect(page.entries.at(-1)).toMatchObject({ seq, external: true });
		expect(await codeOf(commit(bert, 2, { external: true, addDevices: [cora.device] }))).toBe(
			'bad_request'
		);
		expect(await codeOf(commit(bert, 2, { ...external, removeDevices: [cora.device] }))).toBe(
			'bad_request'
		);
		expect(await codeOf(commit(ada, 2, { ...adding(dora), external: true }))).toBe('forbidden');
		expect(await codeOf(commit(dora, 2, { external: true, addDevices: [dora.device] }))).toBe(
			'not_found'
		);
	});
});

describe('a device that is revoked', () => {
	test('hears it, is served nothing, and must be removed before the next message', async () => {
		const emil = await invite(server.origin, ada, { name: 'Emil' });
		await commit(ada, 1, adding(emil));
		const listener = await listen(emil);
		const others = await listen(bert);
		await ada.api.devices.revoke({ id: emil.device });
		expect(await listener.failure()).toMatchObject({ code: 'device_revoked' });
		await others.next(
			'conversation',
			({ state }) => state.id === conversation && state.pendingRemovals.includes(emil.device)
		);
		expect(await codeOf(emil.api.conversations.overview())).toBe('device_revoked');
		expect(await codeOf(emil.signIn())).toBe('device_revoked');
		expect(await codeOf(say(bert, conversation, 2))).toBe('removal_pending');
		await commit(bert, 2, { removeDevices: [emil.device] });
		await say(bert, conversation, 3);
		expect((await stateOf(bert))?.members.map(({ person }) => person)).toContain(emil.person);
		listener.close();
		others.close();
	});

	test('is nobody to add any more', async () => {
		const frida = await invite(server.origin, ada, { name: 'Frida' });
		await frida.api.devices.revoke({ id: frida.device });
		expect(await codeOf(commit(ada, 1, adding(frida)))).toBe('conflict');
		expect(await ada.api.devices.claimKeyPackages({ people: [frida.person] })).toEqual([]);
	});
});
