import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiServer } from './setup/api-server.ts';
import { someBytes, someMessage } from './setup/bodies.ts';
import { codeOf, listen, type Client } from './setup/client.ts';
import { commitInput, createGroup, readAll, say } from './setup/group.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
});
afterAll(() => server.close());

describe('sending', () => {
	test('by fifty at once leaves a log without gaps or doubles, in the order of each sender', async () => {
		const conversation = await createGroup(ada, [bert, cora]);
		const senders = Array.from({ length: 50 }, (_, index) => [ada, bert, cora][index % 3] ?? ada);
		const sent = await Promise.all(
			senders.map(async (client) => {
				const mine: { id: string; seq: number }[] = [];
				for (let count = 0; count < 10; count++) {
					const message = someMessage(conversation, 1);
					const { seq } = await client.api.conversations.send(message);
					mine.push({ id: message.id, seq });
				}
				return mine;
			})
		);
		const entries = await readAll(bert, conversation);
		expect(entries.map(({ seq }) => seq)).toEqual(
			Array.from({ length: 501 }, (_, index) => index + 1)
		);
		expect(new Set(entries.map(({ id }) => id)).size).toBe(501);
		const seqOf = new Map(entries.map(({ id, seq }) => [id, seq]));
		for (const mine of sent) {
			expect(mine.map(({ id }) => seqOf.get(id))).toEqual(mine.map(({ seq }) => seq));
			expect(mine.map(({ seq }) => seq)).toEqual(
				mine.map(({ seq }) => seq).toSorted((a, b) => a - b)
			);
		}
	});

	test('ten thousand times the same is one message with one answer', async () => {
		const conversation = await createGroup(ada, [bert]);
		const message = someMessage(conversation, 1);
		const answers = new Set<string>();
		for (let round = 0; round < 100; round++) {
			const batch = Array.from({ length: 100 }, () => ada.api.conversations.send(message));
			for (const answer of await Promise.all(batch)) answers.add(JSON.stringify(answer));
		}
		expect(answers.size).toBe(1);
		expect(await readAll(ada, conversation)).toHaveLength(2);
	});

	test('an id that is taken, with other content or by others, is a conflict', async () => {
		const conversation = await createGroup(ada, [bert]);
		const message = someMessage(conversation, 1);
		await ada.api.conversations.send(message);
		const other = { ...message, envelope: someBytes(256) };
		expect(await codeOf(ada.api.conversations.send(other))).toBe('conflict');
		expect(await codeOf(bert.api.conversations.send(message))).toBe('conflict');
		const elsewhere = await createGroup(ada, [bert]);
		const moved = { ...message, conversation: elsewhere };
		expect(await codeOf(ada.api.conversations.send(moved))).toBe('conflict');
	});

	test('bad ones in a batch fail alone', async () => {
		const conversation = await createGroup(ada, [bert]);
		const codes = await Promise.all([
			codeOf(say(ada, conversation, 1)),
			codeOf(say(ada, conversation, 7)),
			codeOf(say(ada, randomUUID(), 1)),
			codeOf(say(cora, conversation, 1)),
			codeOf(say(bert, conversation, 1))
		]);
		expect(codes).toEqual(['no error', 'stale_epoch', 'not_found', 'not_found', 'no error']);
		expect(await readAll(ada, conversation)).toHaveLength(3);
	});

	test('is announced to every device in the conversation, in the order of the log, and to no other', async () => {
		const conversation = await createGroup(ada, [bert]);
		const listeners = await Promise.all([listen(ada), listen(bert), listen(cora)]);
		const [forAda, forBert, forCora] = listeners;
		await Promise.all(Array.from({ length: 40 }, () => say(ada, conversation)));
		for (const listener of [forAda, forBert]) {
			await listener?.next('entry', ({ entry }) => entry.seq === 41);
			const seqs = listener?.events.flatMap((event) =>
				event.type === 'entry' && event.entry.conversation === conversation ? [event.entry.seq] : []
			);
			expect(seqs).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
		}
		expect(forCora?.events.filter(({ type }) => type === 'entry')).toEqual([]);
		for (const listener of listeners) listener.close();
	});
});

describe('an epoch that ended', () => {
	test('is taken for a minute after a commit that changed no device, then not', async () => {
		const conversation = await createGroup(ada, [bert]);
		await ada.api.conversations.commit(commitInput(conversation, 1));
		await say(bert, conversation, 1);
		expect(await codeOf(say(bert, conversation, 0))).toBe('stale_epoch');
		expect(await codeOf(say(bert, conversation, 3))).toBe('stale_epoch');
		server.advance(60_000);
		expect(await codeOf(say(bert, conversation, 1))).toBe('stale_epoch');
		await say(bert, conversation, 2);
	});

	test('is not taken across a removal or an addition', async () => {
		const conversation = await createGroup(ada, [bert]);
		await ada.api.conversations.commit(
			commitInput(conversation, 1, { addPeople: [cora.person], addDevices: [cora.device] })
		);
		const stale = bert.api.conversations.send(someMessage(conversation, 1));
		await expect(stale).rejects.toMatchObject({ code: 'stale_epoch', detail: { epoch: 2 } });
		await ada.api.conversations.commit(
			commitInput(conversation, 2, { removePeople: [cora.person], removeDevices: [cora.device] })
		);
		expect(await codeOf(say(bert, conversation, 2))).toBe('stale_epoch');
		await say(bert, conversation, 3);
	});

	test('is ended by one of ten commits that race', async () => {
		const conversation = await createGroup(ada, [bert]);
		const commits = Array.from({ length: 10 }, (_, index) =>
			codeOf((index % 2 ? ada : bert).api.conversations.commit(commitInput(conversation, 1)))
		);
		const codes = await Promise.all(commits);
		expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
		expect(codes.filter((code) => code === 'stale_epoch')).toHaveLength(9);
		const [state] = (await ada.api.conversations.overview()).filter(
			({ id }) => id === conversation
		);
		expect(state).toMatchObject({ head: 2, epoch: 2 });
	});
});

describe('a commit', () => {
	test('repeated has one answer and one Welcome', async () => {
		const conversation = await createGroup(ada, [bert]);
		const input = commitInput(conversation, 1, {
			addPeople: [cora.person],
			addDevices: [cora.device]
		});
		const first = await ada.api.conversations.commit(input);
		expect(await ada.api.conversations.commit(input)).toEqual(first);
		const changed = { ...input, commit: someBytes(300) };
		expect(await codeOf(ada.api.conversations.commit(changed))).toBe('conflict');
		const waiting = (await cora.api.conversations.welcomes()).filter(
			(welcome) => welcome.conversation === conversation
		);
		expect(waiting).toEqual([{ conversation, seq: first.seq, epoch: 2, welcome: input.welcome }]);
		await cora.api.conversations.welcomeDone({ conversation, seq: first.seq });
		await cora.api.conversations.welcomeDone({ conversation, seq: first.seq });
		const left = await cora.api.conversations.welcomes();
		expect(left.filter((welcome) => welcome.conversation === conversation)).toEqual([]);
	});

	test('that is refused leaves neither entry nor Welcome nor GroupInfo', async () => {
		const conversation = await createGroup(ada, [bert]);
		const before = await ada.api.conversations.groupInfo({ conversation });
		const input = commitInput(conversation, 5, {
			addPeople: [cora.person],
			addDevices: [cora.device]
		});
		expect(await codeOf(ada.api.conversations.commit(input))).toBe('stale_epoch');
		expect(await ada.api.conversations.groupInfo({ conversation })).toEqual(before);
		expect(await readAll(ada, conversation)).toHaveLength(1);
		const waiting = await cora.api.conversations.welcomes();
		expect(waiting.filter((welcome) => welcome.conversation === conversation)).toEqual([]);
	});

	test('goes before and after messages in one order for all', async () => {
		const conversation = await createGroup(ada, [bert, cora]);
		const listener = await listen(cora);
		const messages = Array.from({ length: 60 }, (_, index) =>
			codeOf(say(index % 2 ? ada : bert, conversation, 1))
		);
		await ada.api.conversations.commit(commitInput(conversation, 1));
		await Promise.all(messages);
		const entries = await readAll(cora, conversation);
		const head = entries.length;
		await listener.next('entry', ({ entry }) => entry.seq === head);
		const seqs = listener.events.flatMap((event) =>
			event.type === 'entry' && event.entry.conversation === conversation ? [event.entry.seq] : []
		);
		expect(seqs).toEqual(Array.from({ length: head - 1 }, (_, index) => index + 2));
		listener.close();
	});
});
