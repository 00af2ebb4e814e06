/** Votes on commits that somebody can't follow: when a commit stands, and all that is put back when it does not. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { someBundle, someMessage } from './setup/bodies.ts';
import { codeOf, listen, type Client } from './setup/client.ts';
import { commitInput, say } from './setup/group.ts';
import { openDisputes, RIPE, type Disputes } from './setup/disputes.ts';

let disputes: Disputes;
let ada: Client;
let bert: Client;
let cora: Client;
let dora: Client;
let emil: Client;
let conversation: string;

const commit: Disputes['commit'] = (...input) => disputes.commit(...input);
const judge: Disputes['judge'] = (...input) => disputes.judge(...input);
const refuse: Disputes['refuse'] = (...input) => disputes.refuse(...input);
const stateOf: Disputes['stateOf'] = (client) => disputes.stateOf(client);
const logOf = async ({ api }: Client) =>
	(await api.conversations.read({ conversation, after: 0, limit: 100 })).entries;

beforeAll(async () => {
	disputes = await openDisputes();
	({ ada, bert, cora, dora, emil } = disputes);
});
afterAll(() => disputes?.close());
beforeEach(async () => {
	conversation = await disputes.begin();
});
afterEach(() => disputes.end());

describe('a commit that is refused', () => {
	test('stays open for a moment, in which others may follow, and is void then', async () => {
		const seq = await commit(bert, 1);
		expect(await judge(cora, seq, false)).toBe('open');
		disputes.advance(4000);
		expect(await judge(cora, seq, false)).toBe('open');
		disputes.advance(2000);
		expect(await judge(cora, seq, false)).toBe('void');
		expect(await judge(dora, seq, true)).toBe('void');
		expect(await stateOf(ada)).toMatchObject({ epoch: 1, head: seq + 1, disputed: null });
	});

	test('is void at once when all who are there refuse it', async () => {
		const seq = await commit(bert, 1);
		expect(await judge(cora, seq, false)).toBe('open');
		expect(await judge(dora, seq, false)).toBe('open');
		expect(await judge(ada, seq, false)).toBe('void');
	});

	test('stands once as many follow, whatever its author says', async () => {
		const seq = await commit(bert, 1);
		expect(await judge(cora, seq, false)).toBe('open');
		expect(await judge(bert, seq, true)).toBe('open');
		await commit(bert, 2);
		expect((await stateOf(ada))?.disputed).toBe(seq);
		disputes.advance(4000);
		expect(await judge(dora, seq, true)).toBe('stands');
		disputes.advance(RIPE);
		expect(await judge(cora, seq, false)).toBe('stands');
		expect(await judge(ada, seq, false)).toBe('void');
	});

	test('has followers in whoever wrote or read on, or built on it', async () => {
		let seq = await commit(bert, 1);
		await say(cora, conversation, 2);
		expect(await refuse(seq, dora)).toBe('stands');
		seq = await commit(bert, 2);
		await ada.api.conversations.cursors({ items: [{ conversation, delivered: seq }] });
		expect(await refuse(seq, dora)).toBe('stands');
		seq = await commit(bert, 3);
		await commit(cora, 4);
		expect(await refuse(seq, ada, dora)).toBe('stands');
		expect((await stateOf(ada))?.epoch).toBe(5);
	});

	test('is told to all once, however often it is refused', async () => {
		const listener = await listen(ada);
		const seq = await commit(bert, 1);
		await judge(cora, seq, false);
		const { state } = await listener.next('conversation', (event) => event.state.disputed === seq);
		await judge(cora, seq, false);
		await judge(dora, seq, false);
		expect(await stateOf(ada)).toMatchObject({ disputed: seq, revision: state.revision });
		await commit(cora, 2);
		expect(await stateOf(ada)).toMatchObject({ disputed: null });
		const settled = (event: { state: { revision: number } }) =>
			event.state.revision > state.revision;
		expect((await listener.next('conversation', settled)).state.disputed).toBeNull();
		listener.close();
	});

	test('is not outvoted by people who came with it, nor brought down by them', async () => {
		let seq = await commit(ada, 1, { addPeople: [emil.person], addDevices: [emil.device] });
		await judge(emil, seq, true);
		expect(await refuse(seq, bert)).toBe('void');
		await commit(ada, 1, { removePeople: [emil.person] });
		seq = await commit(ada, 2, { addPeople: [emil.person], addDevices: [emil.device] });
		expect(await refuse(seq, emil)).toBe('open');
		expect(await judge(bert, seq, true)).toBe('stands');
	});

	test('can not be the first, nor judged by strangers, nor be no commit', async () => {
		expect(await refuse(1, bert, cora, dora)).toBe('stands');
		const { judge: ask } = emil.api.conversations;
		expect(await codeOf(ask({ conversation, seq: 1, follows: true }))).toBe('not_found');
		const { seq } = await say(ada, conversation);
		expect(await codeOf(judge(bert, seq, false))).toBe('not_found');
		expect(await codeOf(judge(bert, 99, false))).toBe('not_found');
	});
});

describe('a commit that is taken back', () => {
	test('leaves a log without gaps, in which it and what was sealed under it are marked', async () => {
		await say(cora, conversation, 1);
		const seq = await commit(bert, 1);
		await say(cora, conversation, 1);
		await say(bert, conversation, 2);
		await refuse(seq, cora, dora, ada);
		await say(cora, conversation, 1);
		const entries = await logOf(ada);
		expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
		expect(entries.map(({ kind }) => kind).join(' ')).toBe(
			'commit message commit message message void message'
		);
		const voided = entries.filter((entry) => entry.kind !== 'void' && entry.voided);
		expect(voided.map((entry) => entry.seq)).toEqual([seq, seq + 2]);
		expect(entries[5]).toMatchObject({ epoch: 1, commit: seq, person: bert.person });
		expect(await commit(cora, 1)).toBe(8);
	});

	test('is told live, with the state after it', async () => {
		const listener = await listen(dora);
		const seq = await commit(bert, 1);
		await refuse(seq, cora);
		const { entry } = await listener.next('entry', (event) => event.entry.kind === 'void');
		expect(entry).toMatchObject({ commit: seq, epoch: 1 });
		await listener.next('conversation', ({ state }) => state.epoch === 1 && state.head === 3);
		listener.close();
	});

	test('gives back the GroupInfo, roles and leaves of before, while people stay or are gone', async () => {
		await commit(ada, 1, { admins: [ada.person, bert.person] });
		const before = await ada.api.conversations.groupInfo({ conversation });
		const seq = await commit(bert, 2, {
			addPeople: [emil.person],
			addDevices: [emil.device],
			removePeople: [dora.person],
			removeDevices: [dora.device],
			admins: [bert.person, emil.person]
		});
		const welcomes = async () =>
			(await emil.api.conversations.welcomes()).filter((one) => one.conversation === conversation);
		expect(await welcomes()).toHaveLength(1);
		await refuse(seq, cora, ada);

		const state = await stateOf(ada);
		const roles = state?.members.map(({ person, role }) => [person, role]);
		expect(new Map(roles as [string, string][])).toEqual(
			new Map([
				[ada.person, 'admin'],
				[bert.person, 'admin'],
				[cora.person, 'member'],
				[emil.person, 'member']
			])
		);
		expect(state?.pendingRemovals).toEqual([dora.device]);
		expect(await ada.api.conversations.groupInfo({ conversation })).toEqual({
			...before,
			head: seq + 1,
			members: expect.anything(),
			pendingRemovals: [dora.device]
		});
		expect(await welcomes()).toEqual([]);
		expect(await stateOf(emil)).toMatchObject({ active: true, since: seq + 2 });
		expect(await stateOf(dora)).toMatchObject({ active: false });
		expect(await codeOf(say(emil, conversation, 1))).toBe('not_a_member');
		await commit(emil, 2, { external: true, addDevices: [emil.device] });
		expect(await codeOf(say(ada, conversation, 3))).toBe('removal_pending');
		await commit(ada, 3, { removeDevices: [dora.device] });
		await say(emil, conversation, 4);
	});

	test('takes along what its author built on it', async () => {
		const first = await commit(bert, 1);
		const before = await ada.api.conversations.groupInfo({ conversation });
		await commit(bert, 2);
		await commit(bert, 3);
		expect(await refuse(first, cora, dora)).toBe('void');
		expect(before.epoch).toBe(2);
		expect((await ada.api.conversations.groupInfo({ conversation })).epoch).toBe(1);
		const entries = await logOf(ada);
		expect(entries.filter((entry) => entry.kind === 'commit' && entry.voided)).toHaveLength(3);
	});

	test('leaves a commit to be asked about where so many are taken back that no GroupInfo is left', async () => {
		const begun = await commit(ada, 1);
		const first = await commit(bert, 2);
		for (let epoch = 3; epoch < 11; epoch++) await commit(bert, epoch);
		expect(await refuse(first, cora, dora)).toBe('void');
		const answer = await ada.api.conversations.groupInfo({ conversation });
		expect(answer).toMatchObject({ epoch: 2, groupInfo: '', commit: begun });
	});

	test('can not leave a removal that nobody could carry out', async () => {
		await commit(ada, 1, { removePeople: [dora.person], removeDevices: [dora.device] });
		const seq = await commit(bert, 2, { removeDevices: [dora.device, randomUUID()] });
		await refuse(seq, cora);
		expect((await stateOf(ada))?.pendingRemovals).toEqual([]);
		await say(ada, conversation, 2);
	});

	test('lets nothing in that was made without knowing of it', async () => {
		const seq = await commit(bert, 1);
		await refuse(seq, cora, dora);
		await commit(cora, 1);
		const { send } = ada.api.conversations;
		const message = someMessage(conversation, 2);
		expect(await codeOf(send({ ...message, head: seq }))).toBe('stale_epoch');
		expect(await codeOf(send({ ...message, epoch: 1, head: seq }))).toBe('stale_epoch');
		const late = { ...commitInput(conversation, 2), head: seq };
		expect(await codeOf(ada.api.conversations.commit(late))).toBe('stale_epoch');
		await send({ ...message, head: seq + 1 });
	});

	test('answers a repeated call as before', async () => {
		const input = { ...commitInput(conversation, 1), ...someBundle() };
		const first = await bert.api.conversations.commit(input);
		await refuse(first.seq, cora, dora);
		expect(await bert.api.conversations.commit(input)).toEqual(first);
		expect((await stateOf(ada))?.epoch).toBe(1);
	});
});
