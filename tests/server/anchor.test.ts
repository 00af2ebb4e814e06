import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { codeOf, invite, join, listen, tokenOf, type Client } from './setup/client.ts';
import { commitInput, createGroup, say } from './setup/group.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;
let group: string;
/** The group's log: creation, then five messages. */
let log: { seq: number; id: string; at: number }[];

const readFrom = (client: Client, after: number, anchor?: { id: string; at: number }) =>
	client.api.conversations.read({
		conversation: group,
		after,
		limit: 10,
		...(anchor && { anchor })
	});
const entryAt = (seq: number) => {
	const entry = log.find((each) => each.seq === seq);
	if (!entry) throw new Error(`Nothing at ${seq}`);
	return { id: entry.id, at: entry.at };
};

beforeAll(async () => {
	server = await startApiServer();
	ada = await join(server.origin, tokenOf(await server.firstSecret()));
	bert = await invite(server.origin, ada, { name: 'Bert' });
	cora = await invite(server.origin, ada, { name: 'Cora' });
	group = await createGroup(ada, [bert]);
	for (let count = 0; count < 5; count++) await say(bert, group);
	log = (await readFrom(ada, 0)).entries;
});
afterAll(() => server.close());

describe('an anchor', () => {
	test('that is the entry changes nothing, at every place', async () => {
		for (const { seq } of log)
			expect(await readFrom(ada, seq, entryAt(seq))).toEqual(await readFrom(ada, seq));
	});

	test('of another id, another time, another place or none yet tells that the logs differ', async () => {
		const diverged = { entries: [], head: 6, diverged: true };
		expect(await readFrom(ada, 3, { ...entryAt(3), id: randomUUID() })).toEqual(diverged);
		expect(await readFrom(ada, 3, { ...entryAt(3), at: entryAt(3).at - 1 })).toEqual(diverged);
		expect(await readFrom(ada, 3, entryAt(4))).toEqual(diverged);
		expect(await readFrom(ada, 7, { id: randomUUID(), at: 1 })).toEqual(diverged);
	});

	test('tells nobody of what is not served to them', async () => {
		expect(await codeOf(readFrom(cora, 3, entryAt(3)))).toBe('not_found');
		await ada.api.conversations.commit(
			commitInput(group, 1, { addPeople: [cora.person], addDevices: [cora.device] })
		);
		const page = await readFrom(cora, 3, { id: randomUUID(), at: 1 });
		expect(page).toEqual(await readFrom(cora, 3));
		expect(page.entries.map(({ seq }) => seq)).toEqual([7]);
	});

	test('stands in every state: of the overview, of live events, of those who are out', async () => {
		const listener = await listen(bert);
		await ada.api.conversations.commit(
			commitInput(group, 2, { removePeople: [cora.person], removeDevices: [cora.device] })
		);
		const { entries } = await readFrom(ada, 7);
		const last = { id: entries[0]?.id, at: entries[0]?.at };
		const event = await listener.next('conversation', ({ state }) => state.head === 8);
		listener.close();
		expect(event.state.anchor).toEqual(last);
		const [mine] = await bert.api.conversations.overview();
		expect(mine).toMatchObject({ head: 8, anchor: last });
		await say(bert, group, 3);
		const [former] = await cora.api.conversations.overview();
		expect(former).toMatchObject({ head: 8, anchor: last, active: false });
	});
});

test('a cursor of the address book beyond the last change brings everybody, and says so', async () => {
	const all = await ada.api.directory.changes({});
	expect(all.complete).toBe(true);
	const since = String(Number(all.cursor) + 5);
	expect(await ada.api.directory.changes({ since })).toEqual(all);
	const news = await ada.api.directory.changes({ since: all.cursor });
	expect(news).toEqual({ people: [], cursor: all.cursor, complete: false });
});
