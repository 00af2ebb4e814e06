/** What IT and owners do to devices from elsewhere: locking, deleting, also while the device has no network or is locked. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '#tests/fixtures/free-port.ts';
import { startTcpProxy, type TcpProxy } from '#tests/fixtures/tcp-proxy.ts';
import { launchChromium, openContext } from './harness/chromium.ts';
import { type Colleague, type PersonDetails, sitDown } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

let town: Town;
/** A browser that reaches the server by a way of its own, which can be shut. */
let cellar: Browser;
let way: TcpProxy;

beforeAll(async () => {
	const port = await freePort();
	way = await startTcpProxy(port);
	town = await openTown({ port });
	const rule = `MAP localhost:${port} 127.0.0.1:${way.port}`;
	cellar = await launchChromium({ args: [`--host-resolver-rules=${rule}`] });
});
afterAll(async () => {
	await cellar?.close();
	await town?.close();
	await way?.close();
});

/** Somebody new in the cellar, with all of the app on their disk. */
async function goDown(person: PersonDetails): Promise<Colleague> {
	way.set({ down: false });
	const colleague = await town.welcome(person, { context: await openContext(cellar, 'phone') });
	await colleague.shellKept();
	return colleague;
}

/** What the origin keeps in this browser. */
const residue = (page: Page) =>
	page.evaluate(async () => {
		const files: string[] = [];
		const root = await navigator.storage.getDirectory();
		for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys())
			files.push(name);
		return {
			files,
			databases: (await indexedDB.databases()).map(({ name }) => name),
			caches: await caches.keys(),
			local: localStorage.length
		};
	});
const NOTHING = { files: [], databases: [], caches: [], local: 0 };

const anotherTab = async (colleague: Colleague): Promise<Colleague> => {
	const tab = await sitDown(colleague.page.context(), colleague.name);
	await tab.page.goto(town.server.origin);
	return tab;
};

/** Opens the list of all devices with what is found by a name. */
const findDevices = async (name: string): Promise<void> => {
	await town.admin.go('/verwaltung/geraete');
	await town.admin.page.getByRole('searchbox').fill(name);
};
const actions = () =>
	town.admin.page.getByRole('button', {
		name: new RegExp(`^${town.admin.word('devices_actions', { name: '' }).trim()}`)
	});
const choose = async (name: string, action: string): Promise<void> => {
	await findDevices(name);
	await expect.poll(() => actions().count()).toBe(1);
	await actions().click();
	await town.admin.menuItem(action).click();
};
const revoke = async (name: string): Promise<void> => {
	await choose(name, 'devices_revoke');
	await town.admin.page
		.getByRole('dialog')
		.getByRole('button', { name: town.admin.word('devices_revoke'), exact: true })
		.click();
	await town.admin.page.getByText(town.admin.word('devices_done')).first().waitFor();
};
const filter = (key: string): Promise<void> =>
	town.admin.page
		.locator('label')
		.filter({ hasText: town.admin.word(key) })
		.click();
const pill = (key: string) => town.admin.page.getByText(town.admin.word(key), { exact: true });

test('a device that IT locks is locked in all its tabs, and opens again with its PIN', async () => {
	const bernd = await town.welcome(BERND);
	const other = await anotherTab(bernd);
	await other.atChats();
	await choose(BERND.name, 'devices_lock');
	await bernd.heading('lock_title').waitFor();
	await other.heading('lock_title').waitFor();
	await bernd.unlock();
	await other.heading('lock_title').waitFor({ state: 'detached' });
	await bernd.go('/mehr/geraete');
	await bernd.page.getByText(bernd.word('devices_this')).first().waitFor();
	await bernd.page.context().close();
});

test('a device that was locked by IT while it had no network locks when it has one again', async () => {
	const clara = await goDown(CLARA);
	way.set({ down: true });
	await choose(CLARA.name, 'devices_lock');
	await town.admin.page.getByText(town.admin.word('devices_lock_asked')).first().waitFor();
	await expect.poll(() => clara.heading('lock_title').count()).toBe(0);
	way.set({ down: false });
	await clara.heading('lock_title').waitFor();
	await clara.page.context().close();
});

test('a device that was deleted without a network is empty as soon as it has one, in both tabs, and IT sees it', async () => {
	const dieter = await goDown(DIETER);
	const other = await anotherTab(dieter);
	await other.atChats();
	way.set({ down: true });
	await revoke(DIETER.name);
	await filter('devices_filter_unwiped');
	await pill('devices_not_wiped').waitFor();
	await expect.poll(() => dieter.heading('session_revoked_title').count()).toBe(0);
	way.set({ down: false });
	await dieter.heading('session_revoked_title').waitFor();
	await other.heading('session_revoked_title').waitFor();
	await expect.poll(() => residue(dieter.page)).toEqual(NOTHING);
	await filter('devices_filter_former');
	await pill('devices_wiped').waitFor();
	await dieter.page.context().close();
});

test('a device that was deleted while it is locked is emptied without its PIN', async () => {
	const emine = await goDown(EMINE);
	await emine.lock();
	way.set({ down: true });
	await revoke(EMINE.name);
	way.set({ down: false });
	// Somebody looks at it, and again while a question from before is on its way: it need not wait for its turn to ask.
	await expect
		.poll(async () => {
			await emine.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
			return emine.heading('session_revoked_title').count();
		})
		.toBe(1);
	await expect.poll(() => residue(emine.page)).toEqual(NOTHING);
	const again = await anotherTab(emine);
	await again.heading('welcome_title').waitFor();
	await emine.page.context().close();
});

test('a device says what it is, in its own words and to IT', async () => {
	const gerda = await town.welcome({ name: 'Gerda Vogel' });
	await gerda.go('/mehr/geraete');
	const own = gerda.page.getByRole('button', {
		name: new RegExp(`^${gerda.word('devices_actions', { name: '' }).trim()}`)
	});
	await own.click();
	await gerda.menuItem('devices_details').click();
	await gerda.page.getByText(/^Chrome \d+$/).waitFor();
	await gerda.page.getByText(gerda.word('devices_in_tab'), { exact: true }).waitFor();
	await choose('Gerda Vogel', 'devices_details');
	await town.admin.page.getByText(/^Chrome \d+$/).waitFor();
	await town.admin.closeSheet();
	await gerda.page.context().close();
});
