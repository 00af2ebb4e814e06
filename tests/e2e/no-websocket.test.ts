/** A network without WebSockets, as behind the proxy of some town halls: people write to each other all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCallsOnlyProxy, type CallsOnlyProxy } from '#tests/fixtures/calls-only-proxy.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import type { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

let proxy: CallsOnlyProxy;
let town: Town;
let bernd: Colleague;

beforeAll(async () => {
	const port = await freePort();
	proxy = await startCallsOnlyProxy(port);
	town = await openTown({ port, origin: `http://localhost:${proxy.port}` });
	bernd = await town.welcome(BERND);
});
afterAll(async () => {
	await town?.close();
	await proxy?.close();
});

test('messages arrive some seconds late, which is said, and on time as soon as WebSockets get through', async () => {
	const { admin } = town;
	await admin.startChat(BERND.name);
	await admin.send('Ohne Leitung');
	await bernd.openChat(ANNA.name);
	await bernd.message('Ohne Leitung').waitFor();
	const delayed = bernd.page
		.getByText(bernd.word('conversations_delayed'))
		.filter({ visible: true });
	await delayed.waitFor();
	await bernd.send('Auch ohne');
	await admin.message('Auch ohne').waitFor();
	await bernd.state('Auch ohne', 'read').waitFor();
	expect(proxy.refused()).toBeGreaterThan(0);

	proxy.block(false);
	await delayed.waitFor({ state: 'detached', timeout: 90_000 });
	await admin.send('Mit Leitung');
	await bernd.message('Mit Leitung').waitFor();
	for (const reader of [admin, bernd]) {
		const texts = (await reader.readAll()).map(({ text }) => text);
		expect(texts).toEqual(['Ohne Leitung', 'Auch ohne', 'Mit Leitung']);
	}
});
