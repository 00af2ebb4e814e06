/** The server's process is killed in the middle of sends: what was acknowledged is there, once, and a repeated call gets the first one's answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Accepted, SendInput } from '#shared/contract/conversations.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { someMessage } from './setup/bodies.ts';
import { invite, join, tokenOf, type Client } from './setup/client.ts';
import { commitInput, createGroup } from './setup/group.ts';

const KILLS = 5;
const SENDERS = 8;

let server: TestServer;
let ada: Client;
let bert: Client;

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000' } });
	const secret = new URL(await server.firstLink()).hash.slice(1);
	ada = await join(server.origin, tokenOf(secret));
	bert = await invite(server.origin, ada, { name: 'Bert' });
});
afterAll(() => server.close());

/** Repeats a call with the same input until there is an answer. */
const insist = async <T>(work: () => Promise<T>): Promise<T> => {
	for (;;) {
		try {
			return await work();
		} catch (error) {
			const { code } = error as { code: string };
			if (code !== 'offline' && code !== 'unavailable' && code !== 'internal') throw error;
			await sleep(50);
		}
	}
};

test('a server that is killed five times under sends loses and doubles nothing', async () => {
	const conversation = await createGroup(ada, [bert]);
	const answers: { message: SendInput; accepted: Accepted; sender: number }[] = [];
	const state = { running: true };
	const send = async (sender: number) => {
		const client = sender % 2 ? ada : bert;
		while (state.running) {
			const message = someMessage(conversation, 1);
			const accepted = await insist(() => client.api.conversations.send(message));
			answers.push({ message, accepted, sender });
		}
	};
	const senders = Array.from({ length: SENDERS }, (_, sender) => send(sender));
	for (let kill = 0; kill < KILLS; kill++) {
		const before = answers.length;
		await expect.poll(() => answers.length).toBeGreaterThan(before + 100);
		await server.kill();
		await server.start();
	}
	state.running = false;
	await Promise.all(senders);

	const seqOf = new Map<string, number>();
	for (let after = 0; ;) {
		const page = await ada.api.conversations.read({ conversation, after, limit: 500 });
		for (const { id, seq } of page.entries) {
			expect(seqOf.has(id)).toBe(false);
			seqOf.set(id, seq);
			expect(seq).toBe(++after);
		}
		if (after >= page.head) break;
	}
	expect(answers.length).toBeGreaterThan(KILLS * 100);
	expect(answers.filter(({ message, accepted }) => seqOf.get(message.id) !== accepted.seq)).toEqual(
		[]
	);
	for (let sender = 0; sender < SENDERS; sender++) {
		const seqs = answers
			.filter((answer) => answer.sender === sender)
			.map(({ accepted }) => accepted.seq);
		expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
	}
	for (const { message, accepted, sender } of answers.slice(0, 200)) {
		const client = sender % 2 ? ada : bert;
		expect(await client.api.conversations.send(message)).toEqual(accepted);
	}
}, 300_000);

test('a commit whose answer the kill took has the same answer after the restart', async () => {
	const conversation = await createGroup(ada, [bert]);
	for (let epoch = 1; epoch <= 3; epoch++) {
		const input = commitInput(conversation, epoch);
		const lost = ada.api.conversations.commit(input).catch(() => undefined);
		await server.kill();
		await server.start();
		const answer = await insist(() => ada.api.conversations.commit(input));
		// The killed server may have answered after all.
		expect([undefined, answer]).toContainEqual(await lost);
		expect(answer.seq).toBe(epoch + 1);
		expect(await ada.api.conversations.commit(input)).toEqual(answer);
	}
}, 300_000);
