/** The network goes and comes, the server dies in the middle, the browser starts anew: nothing lost, nothing twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '#tests/fixtures/free-port.ts';
import { type TcpProxy, startTcpProxy } from '#tests/fixtures/tcp-proxy.ts';
import { makeProfile, type Profile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

let proxy: TcpProxy;
let town: Town;
let profile: Profile;
let bernd: Colleague;

beforeAll(async () => {
	const port = await freePort();
	proxy = await startTcpProxy(port);
	town = await openTown({ port, origin: `http://localhost:${proxy.port}` });
	profile = await makeProfile();
	bernd = await town.welcome(BERND, { context: await profile.open() });
	await town.admin.startChat(BERND.name);
	await town.admin.send('Erste');
	await bernd.openChat(ANNA.name);
	await bernd.message('Erste').waitFor();
	await bernd.shellKept();
});

afterAll(async () => {
	await bernd?.page.context().close();
	await town?.close();
	await proxy?.close();
	await profile?.remove();
});

/** What this person sees, by prefix, in order. */
const numbered = async (reader: Colleague, prefix: string): Promise<string[]> =>
	(await reader.readAll()).map(({ text }) => text).filter((text) => text.startsWith(prefix));

test('what is written without a network waits visibly and goes when it is back, in order', async () => {
	proxy.set({ down: true });
	await bernd.page.getByText(bernd.word('conversations_offline')).first().waitFor();
	for (let index = 0; index < 3; index += 1) await bernd.send(`unterwegs ${index}`);
	await bernd.state('unterwegs 2', 'waiting').waitFor();
	await bernd.message('Erste').waitFor();
	expect(await town.admin.message('unterwegs').count()).toBe(0);

	proxy.set({ down: false });
	await bernd.state('unterwegs 2', 'delivered').or(bernd.state('unterwegs 2', 'read')).waitFor();
	expect(await numbered(town.admin, 'unterwegs')).toEqual([
		'unterwegs 0',
		'unterwegs 1',
		'unterwegs 2'
	]);
});

test('what waits survives the end of the browser', async () => {
	proxy.set({ down: true });
	await bernd.send('vor dem Neustart');
	await bernd.state('vor dem Neustart', 'waiting').waitFor();
	await bernd.page.context().close();

	// The app itself starts without a network too, and everything received is readable.
	bernd = await sitDown(await profile.open(), BERND.name);
	await bernd.page.goto(town.server.origin);
	await bernd.unlock();
	await bernd.openChat(ANNA.name);
	await bernd.message('Erste').waitFor();
	await bernd.state('vor dem Neustart', 'waiting').waitFor();
	expect(await town.admin.message('vor dem Neustart').count()).toBe(0);

	proxy.set({ down: false });
	await town.admin.message('vor dem Neustart').waitFor();
	expect(await numbered(town.admin, 'vor dem')).toEqual(['vor dem Neustart']);
});

test('a server that is killed in the middle of sends loses none and stores none twice', async () => {
	const COUNT = 30;
	const write = async (writer: Colleague, prefix: string): Promise<void> => {
		for (let index = 0; index < COUNT; index += 1) {
			await writer.send(`${prefix} ${String(index).padStart(2, '0')}`);
		}
	};
	const writing = Promise.all([write(town.admin, 'Anna'), write(bernd, 'Bernd')]);
	for (let kills = 0; kills < 2; kills += 1) {
		await town.admin.message(`Anna ${kills}5`).waitFor();
		await town.server.kill();
		await town.server.start();
	}
	await writing;

	const last = String(COUNT - 1).padStart(2, '0');
	await town.admin.message(`Bernd ${last}`).waitFor({ timeout: 60_000 });
	await bernd.message(`Anna ${last}`).waitFor({ timeout: 60_000 });
	const wanted = (prefix: string): string[] =>
		Array.from({ length: COUNT }, (_, index) => `${prefix} ${String(index).padStart(2, '0')}`);
	for (const reader of [town.admin, bernd]) {
		expect(await numbered(reader, 'Anna ')).toEqual(wanted('Anna'));
		expect(await numbered(reader, 'Bernd ')).toEqual(wanted('Bernd'));
	}
});

test('slow lines that break now and then deliver everything once', async () => {
	let seed = 7;
	const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
	proxy.set({ delayMillis: 120 });
	const cuts = setInterval(() => random() < 0.5 && proxy.cut(), 700);
	for (let index = 0; index < 8; index += 1) {
		await town.admin.send(`schlechte Leitung ${index}`);
		await bernd.send(`zurück ${index}`);
	}
	await new Promise((resolve) => setTimeout(resolve, 3000));
	clearInterval(cuts);
	proxy.set({ delayMillis: 0 });
	await bernd.message('schlechte Leitung 7').waitFor();
	await town.admin.message('zurück 7').waitFor();
	for (const reader of [town.admin, bernd]) {
		expect(await numbered(reader, 'schlechte Leitung')).toHaveLength(8);
		expect(await numbered(reader, 'zurück')).toHaveLength(8);
	}
});

test('a server that hangs is not waited for without end, and can be asked again', async () => {
	process.kill(town.server.pid(), 'SIGSTOP');
	await bernd.go('/mehr/geraete');
	await bernd.heading('devices_failed').waitFor();
	await bernd.button('common_retry').click();
	process.kill(town.server.pid(), 'SIGCONT');
	await bernd.page.getByText(bernd.word('devices_this')).waitFor();
});
