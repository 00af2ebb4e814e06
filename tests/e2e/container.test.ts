/** The container on the device: locks in all tabs, counts wrong PINs, is wiped, and lives without a SharedWorker. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, PIN, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

let town: Town;
beforeAll(async () => {
	town = await openTown();
});
afterAll(() => town?.close());

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
			workers: (await navigator.serviceWorker.getRegistrations()).length,
			local: localStorage.length
		};
	});

/** Locks that are held on the origin, asked from one of its files that starts nothing. */
async function locksOf(page: Page, file: string): Promise<(string | undefined)[]> {
	if (page.url() !== file) await page.goto(file);
	return page.evaluate(async () => {
		const { held } = await navigator.locks.query();
		return (held ?? []).map(({ name }) => name);
	});
}

const anotherTab = async (colleague: Colleague, path = '/'): Promise<Colleague> => {
	const tab = await sitDown(colleague.page.context(), colleague.name);
	await tab.page.goto(`${town.server.origin}${path}`);
	return tab;
};

const lock = async (colleague: Colleague): Promise<void> => {
	await colleague.go('/mehr');
	await colleague.button('settings_lock_now').click();
	await colleague.heading('lock_title').waitFor();
};

test('a reload does not lock, leaving does', async () => {
	const gerda = await town.welcome({ name: 'Gerda Vogel' });
	await gerda.page.reload();
	await gerda.atChats();
	const empty = await gerda.page.context().newPage();
	await gerda.page.close();
	await expect.poll(() => locksOf(empty, `${town.server.origin}/manifest.webmanifest`)).toEqual([]);
	const again = await anotherTab(gerda);
	await again.heading('lock_title').waitFor();
	await again.unlock();
	await again.atChats();
	await again.page.context().close();
});

test('a wrong PIN is counted over reloads and tabs, and after three the container rests', async () => {
	const first = await town.welcome(BERND);
	await lock(first);
	const tryPin = async (colleague: Colleague, pin: string) => {
		await colleague.field('lock_pin').fill(pin);
		await colleague.button('lock_open').click();
	};
	for (let wrong = 0; wrong < 2; wrong += 1) {
		await tryPin(first, '000000');
		await first.page.getByText(first.word('error_pin_wrong')).first().waitFor();
		await first.page.reload();
	}
	const second = await anotherTab(first);
	await tryPin(second, '111111');
	const resting = (colleague: Colleague) =>
		colleague.page.getByText(/\d+/).filter({ hasText: /Sekunde/ });
	await resting(second).first().waitFor();
	await resting(first).first().waitFor();
	await expect.poll(() => first.button('lock_open').isEnabled()).toBe(false);
	await first.page.context().close();
});

test('a new PIN takes the place of the old one', async () => {
	const clara = await town.welcome(CLARA);
	await clara.go('/mehr');
	await clara.button('settings_change_pin').click();
	await clara.field('settings_current_pin').fill(PIN);
	await clara.field('common_pin_new').fill('482057');
	await clara.field('common_pin_repeat').fill('482057');
	await clara.page
		.getByRole('dialog')
		.getByRole('button', { name: clara.word('settings_change_pin'), exact: true })
		.click();
	await clara.page.getByText(clara.word('settings_pin_changed')).first().waitFor();
	await lock(clara);
	await clara.field('lock_pin').fill(PIN);
	await clara.button('lock_open').click();
	await clara.page.getByText(clara.word('error_pin_wrong')).first().waitFor();
	await clara.unlock('482057');
	await expect.poll(() => clara.heading('settings_page').count()).toBe(1);
	await clara.page.context().close();
});

test('after a minute without a touch in any tab, all lock', async () => {
	const dieter = await town.welcome(DIETER);
	const other = await anotherTab(dieter);
	await other.atChats();
	await dieter.go('/mehr');
	await dieter.field('settings_lock_after').selectOption({ label: '1 Minute' });
	await dieter.heading('lock_title').waitFor({ timeout: 90_000 });
	await expect.poll(() => other.heading('lock_title').count()).toBe(1);
	await dieter.page.context().close();
});

test('whose key the browser has lost is told so, and joins anew over what is left', async () => {
	const irma = await town.welcome({ name: 'Irma Kaya' });
	const context = irma.page.context();
	const empty = await context.newPage();
	await irma.page.close();
	const file = `${town.server.origin}/manifest.webmanifest`;
	await expect.poll(() => locksOf(empty, file)).toEqual([]);
	const left = await residue(empty);
	expect(left.databases).not.toEqual([]);
	await empty.evaluate(async (files) => {
		const root = await navigator.storage.getDirectory();
		for (const name of files) await root.removeEntry(name);
	}, left.files);
	const again = await anotherTab(irma);
	await again.heading('remnant_title').waitFor();
	await again.page.close();

	const anew = await town.welcome({ name: 'Irma Kaya' }, { context });
	await anew.atChats();
	await lock(anew);
	await anew.unlock();
	await expect.poll(() => anew.heading('settings_page').count()).toBe(1);
	await context.close();
});

test('wiping one tab leaves nothing in any, and the server is told', async () => {
	const emine = await town.welcome(EMINE);
	const other = await anotherTab(emine);
	await other.atChats();
	await emine.go('/mehr');
	await emine.button('settings_wipe').click();
	const lastWord = emine.page.waitForResponse(`${town.server.origin}/api/wipe`);
	const lastWordOfOther = other.page.waitForResponse(`${town.server.origin}/api/wipe`);
	await emine.button('settings_wipe_button').click();
	await emine.heading('session_wiped_title').waitFor();
	await other.heading('session_wiped_title').waitFor();
	for (const response of [await lastWord, await lastWordOfOther]) {
		expect(response.status()).toBe(204);
		expect((await response.allHeaders())['clear-site-data']).toContain('"storage"');
	}
	await expect
		.poll(() => residue(emine.page))
		.toEqual({ files: [], databases: [], caches: [], workers: 0, local: 0 });
	const again = await anotherTab(emine);
	await again.heading('welcome_title').waitFor();
	await emine.page.context().close();
});

test('a link that says that everything was deleted is not believed where it was not', async () => {
	const jana = await town.welcome({ name: 'Jana Roth' });
	const misled = await anotherTab(jana, '/#~wiped');
	await misled.atChats();
	await jana.go('/mehr');
	await jana.button('settings_wipe').click();
	await jana.button('settings_wipe_button').click();
	await jana.heading('session_wiped_title').waitFor();
	await misled.heading('session_wiped_title').waitFor();
	await jana.page.context().close();
});

test('a tab that is busy while another one wipes is emptied as well, and says so', async () => {
	const gerd = await town.welcome({ name: 'Gerd Ünal' });
	const other = await anotherTab(gerd);
	await other.atChats();
	await gerd.go('/mehr');
	await gerd.button('settings_wipe').click();
	// Longer than tabs get to empty themselves: the worker ends meanwhile.
	const busy = other.page.evaluate(() => {
		const end = performance.now() + 4_000;
		while (performance.now() < end);
	});
	await gerd.button('settings_wipe_button').click();
	await gerd.heading('session_wiped_title').waitFor();
	await busy;
	await other.heading('session_wiped_title').waitFor();
	await gerd.page.context().close();
});

test('without SharedWorker one tab runs the engine for all, and the next takes over', async () => {
	const context: BrowserContext = await openContext(town.browser, 'phone');
	await context.addInitScript(() => {
		Reflect.deleteProperty(globalThis, 'SharedWorker');
	});
	const fritz = await town.welcome({ name: 'Fritz Öztürk' }, { context });
	await town.admin.startChat(fritz.name);
	await town.admin.send('Guten Tag');
	await fritz.openChat(ANNA.name);
	const other = await anotherTab(fritz);
	await other.openChat(ANNA.name);
	await other.message('Guten Tag').waitFor();
	await other.send('aus dem anderen');
	await fritz.message('aus dem anderen').waitFor();

	await fritz.page.close();
	await other.heading('lock_title').waitFor();
	await other.unlock();
	await other.message('aus dem anderen').waitFor();
	await other.send('weiter');
	await expect.poll(() => town.admin.message('weiter').count()).toBe(1);
	await context.close();
});

test('a device that is revoked while it is open loses everything at once', async () => {
	const hanna = await town.welcome({ name: 'Hanna Wolf' });
	const other = await anotherTab(hanna);
	await other.atChats();
	const admin = town.admin.page;
	await town.admin.go('/verwaltung/personen');
	await admin.getByText(hanna.name).first().click();
	await admin.getByRole('button', { name: /Chrom/ }).click();
	await admin.getByRole('menuitem', { name: hanna.word('devices_revoke'), exact: true }).click();
	await admin
		.getByRole('dialog')
		.getByRole('button', { name: hanna.word('devices_revoke'), exact: true })
		.click();
	await hanna.heading('session_revoked_title').waitFor();
	await other.heading('session_revoked_title').waitFor();
	await expect
		.poll(() => residue(other.page))
		.toEqual({ files: [], databases: [], caches: [], workers: 0, local: 0 });
	await hanna.page.context().close();
});
