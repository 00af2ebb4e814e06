/** How often one may refuse commits, and have one's own refused: nobody keeps the others from what they are about. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type Client } from './setup/client.ts';
import { openDisputes, type Disputes } from './setup/disputes.ts';

const DAY = 24 * 3600_000;

let disputes: Disputes;
let ada: Client;
let bert: Client;
let cora: Client;
let dora: Client;

const commit: Disputes['commit'] = (...input) => disputes.commit(...input);
const judge: Disputes['judge'] = (...input) => disputes.judge(...input);
const refuse: Disputes['refuse'] = (...input) => disputes.refuse(...input);
const stateOf: Disputes['stateOf'] = (client) => disputes.stateOf(client);

beforeAll(async () => {
	disputes = await openDisputes();
	({ ada, bert, cora, dora } = disputes);
});
afterAll(() => disputes?.close());
beforeEach(async () => {
	await disputes.begin();
});
afterEach(() => disputes.end());

describe('whoever refuses commits that stand', () => {
	test('may do so three times a day', async () => {
		for (let epoch = 1; epoch <= 3; epoch++) {
			const seq = await commit(bert, epoch);
			expect(await judge(cora, seq, false)).toBe('open');
			expect(await judge(dora, seq, true)).toBe('stands');
		}
		const seq = await commit(bert, 4);
		expect(await codeOf(judge(cora, seq, false))).toBe('rate_limited');
		expect((await stateOf(ada))?.disputed).toBe(seq - 1);
		disputes.advance(DAY + 1);
		for (const client of [ada, bert, cora, dora]) await client.signIn();
		await disputes.connect(dora);
		expect(await judge(cora, seq, false)).toBe('open');
	});
});

describe('whoever sends commits that are taken back', () => {
	test('waits before coming in once more where nobody has followed, and longer after the next time', async () => {
		const enter = (client: Client) =>
			commit(client, 1, { external: true, addDevices: [client.device] });
		expect(await refuse(await enter(bert), cora, dora)).toBe('void');
		expect(await codeOf(enter(bert))).toBe('rate_limited');
		disputes.advance(15_000);
		expect(await refuse(await enter(bert), cora, dora)).toBe('void');
		disputes.advance(15_000);
		expect(await codeOf(enter(bert))).toBe('rate_limited');
		disputes.advance(60_000);
		await enter(bert);
	});

	test('waits after the third, while the others go on', async () => {
		for (let time = 0; time < 3; time++)
			expect(await refuse(await commit(bert, 1), cora, dora)).toBe('void');
		expect(await codeOf(commit(bert, 1))).toBe('rate_limited');
		const change = { removePeople: [bert.person], removeDevices: [bert.device] };
		await commit(ada, 1, change);
		expect((await stateOf(ada))?.epoch).toBe(2);
	});
});
