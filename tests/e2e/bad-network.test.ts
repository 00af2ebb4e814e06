/** The network goes and comes, the server dies in the middle, the browser starts anew: nothing lost, nothing twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#tests/fixtures/free-port.ts';
import { type TcpProxy, startTcpProxy } from '#tests/fixtures/tcp-proxy.ts';
import { makeProfile, type Profile } from './harness/chromium.ts';
import { type Colleague, type PersonDetails, PHRASE, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

let proxy: TcpProxy;
let town: Town;

/** Somebody whose browser starts anew, with all that is on its disk. */
interface Seat {
	person: PersonDetails;
	size: 'phone' | 'desktop';
	profile: Profile;
	colleague: Colleague;
}
/** Bernd at a phone, Clara at a desktop. */
const seats: Seat[] = [];

async function seat(person: PersonDetails, size: Seat['size']): Promise<Colleague> {
	const profile = await makeProfile(size);
	const context = await profile.open();
	// Who is to open the app without a network has no PIN.
	const colleague = await town.welcome(person, { context, pin: PHRASE });
	seats.push({ person, size, profile, colleague });
	await town.admin.startChat(person.name);
	await town.admin.send('Erste');
	await colleague.openChat(ANNA.name);
	await colleague.message('Erste').waitFor();
	await colleague.shellKept();
	return colleague;
}

const seatOf = (size: Seat['size']): Seat => {
	const found = seats.find((one) => one.size === size);
	if (!found) throw new Error(`Nobody sits at a ${size}`);
	return found;
};

beforeAll(async () => {
	const port = await freePort();
	proxy = await startTcpProxy(port);
	town = await openTown({ port, origin: `http://localhost:${proxy.port}` });
	await seat(CLARA, 'desktop');
	await seat(BERND, 'phone');
});

afterAll(async () => {
	for (const { colleague } of seats) await colleague.page.context().close();
	await town?.close();
	await proxy?.close();
	for (const { profile } of seats) await profile.remove();
});

/** What this person sees, by prefix, in order. */
const numbered = async (reader: Colleague, prefix: string): Promise<string[]> =>
	(await reader.readAll()).map(({ text }) => text).filter((text) => text.startsWith(prefix));

describe.each(['desktop', 'phone'] as const)('at a %s', (size) => {
	test('whoever starts without a network is told which pages are for IT alone', async () => {
		const { colleague } = seatOf(size);
		await colleague.lock();
		proxy.set({ down: true });
		await colleague.page.goto(`${town.server.origin}/verwaltung`);
		await colleague.unlock(PHRASE);
		await colleague.heading('administration_only_title').waitFor();
		proxy.set({ down: false });
		await colleague.openChat(ANNA.name);
	});

	test('what is written without a network waits visibly and goes when it is back, in order', async () => {
		const { person, colleague } = seatOf(size);
		await town.admin.openChat(person.name);
		proxy.set({ down: true });
		const offline = colleague.page.getByText(colleague.word('conversations_offline'));
		await offline.filter({ visible: true }).first().waitFor();
		for (let index = 0; index < 3; index += 1) await colleague.send(`unterwegs ${index}`);
		await colleague.state('unterwegs 2', 'waiting').waitFor();
		await colleague.message('Erste').waitFor();
		await expect.poll(() => town.admin.message('unterwegs').count()).toBe(0);

		proxy.set({ down: false });
		const arrived = colleague.state('unterwegs 2', 'delivered');
		await arrived.or(colleague.state('unterwegs 2', 'read')).waitFor();
		// Delivered is what the device has; the page shows it a moment later.
		await expect
			.poll(() => numbered(town.admin, 'unterwegs'))
			.toEqual(['unterwegs 0', 'unterwegs 1', 'unterwegs 2']);
	});

	test('what waits survives the end of the browser', async () => {
		const own = seatOf(size);
		proxy.set({ down: true });
		await own.colleague.send('vor dem Neustart');
		await own.colleague.state('vor dem Neustart', 'waiting').waitFor();
		await own.colleague.page.context().close();

		// The app itself starts without a network too, and everything received is readable.
		const colleague = await sitDown(await own.profile.open(), own.person.name);
		own.colleague = colleague;
		await colleague.page.goto(town.server.origin);
		await colleague.unlock(PHRASE);
		await colleague.openChat(ANNA.name);
		await colleague.message('Erste').waitFor();
		await colleague.state('vor dem Neustart', 'waiting').waitFor();
		await expect.poll(() => town.admin.message('vor dem Neustart').count()).toBe(0);

		proxy.set({ down: false });
		await town.admin.message('vor dem Neustart').waitFor();
		await expect.poll(() => numbered(town.admin, 'vor dem')).toEqual(['vor dem Neustart']);
	});
});

test('a server that is killed in the middle of sends loses none and stores none twice', async () => {
	const bernd = seatOf('phone').colleague;
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
	await town.admin.message(`Bernd ${last}`).waitFor();
	await bernd.message(`Anna ${last}`).waitFor();
	const wanted = (prefix: string): string[] =>
		Array.from({ length: COUNT }, (_, index) => `${prefix} ${String(index).padStart(2, '0')}`);
	for (const reader of [town.admin, bernd]) {
		await expect.poll(() => numbered(reader, 'Anna ')).toEqual(wanted('Anna'));
		await expect.poll(() => numbered(reader, 'Bernd ')).toEqual(wanted('Bernd'));
	}
}, 300_000);

test('slow lines that break now and then deliver everything once', async () => {
	const bernd = seatOf('phone').colleague;
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
		await expect.poll(() => numbered(reader, 'schlechte Leitung')).toHaveLength(8);
		await expect.poll(() => numbered(reader, 'zurück')).toHaveLength(8);
	}
}, 300_000);

test('a server that hangs is not waited for without end, and can be asked again', async () => {
	const bernd = seatOf('phone').colleague;
	process.kill(town.server.pid(), 'SIGSTOP');
	await bernd.go('/mehr/geraete');
	await bernd.heading('devices_failed').waitFor();
	await bernd.button('common_retry').click();
	process.kill(town.server.pid(), 'SIGCONT');
	await bernd.page.getByText(bernd.word('devices_this')).first().waitFor();
});

test('a group that is made without a network says that it waits, and counts as no message', async () => {
	const { colleague: bernd } = seatOf('phone');
	await bernd.openChat(ANNA.name);
	proxy.set({ down: true });
	const offline = bernd.page.getByText(bernd.word('conversations_offline'));
	await offline.filter({ visible: true }).first().waitFor();
	await bernd.send('noch unterwegs');
	await bernd.startGroup('Nachtdienst', [ANNA.name]);
	const beingMade = bernd.word('conversations_being_made');
	await bernd.page.locator('header').getByText(beingMade).first().waitFor();
	await bernd.openChats();
	await bernd.chatRow('Nachtdienst').getByText(beingMade).first().waitFor();
	const oneWaits = bernd.page.getByText(bernd.word('conversations_offline_waiting', { count: 1 }));
	await oneWaits.filter({ visible: true }).first().waitFor();

	proxy.set({ down: false });
	await town.admin.openChat('Nachtdienst');
	await bernd.chatRow('Nachtdienst').getByText(beingMade).first().waitFor({ state: 'detached' });
});
