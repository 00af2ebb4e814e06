/** What people set for themselves: the name of a device, the language, light or dark; and the keys that lead anywhere. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Colleague } from './harness/colleague.ts';
import { BERND, CLARA, type Town, openTown } from './harness/town.ts';

let town: Town;
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
});
afterAll(() => town?.close());

async function rename(by: Colleague, from: string, to: string): Promise<void> {
	await by.choose('devices_actions', { name: from }, 'devices_rename');
	await by.field('devices_name').fill(to);
	await by.field('devices_name').press('Enter');
	await by.page.getByText(by.word('devices_renamed')).first().waitFor();
}

test('a device that its owner or IT renames is called so on both screens at once', async () => {
	const { admin } = town;
	await bernd.go('/mehr/geraete');
	const label = bernd.word('devices_actions', { name: '' });
	const actions = bernd.page.getByRole('button', { name: new RegExp(`^${label}`) });
	const before = ((await actions.getAttribute('aria-label')) ?? '').slice(label.length);
	expect(before).not.toBe('');
	await admin.go('/verwaltung/personen');
	await admin.page.getByRole('button').filter({ hasText: BERND.name }).click();
	const sheet = admin.page.getByRole('dialog');
	await sheet.getByText(before, { exact: true }).waitFor();

	await rename(bernd, before, 'Telefon im Unimog');
	await sheet.getByText('Telefon im Unimog', { exact: true }).waitFor();
	await rename(admin, 'Telefon im Unimog', 'Diensttelefon 7');
	await bernd.page.getByText('Diensttelefon 7', { exact: true }).waitFor();
	await admin.closeSheet();
});

test('the language changes at once and stays', async () => {
	const { page } = bernd;
	const english = new Colleague(page, BERND.name, 'en');
	await bernd.go('/mehr');
	await page.getByText('English', { exact: true }).click();
	await english.heading('settings_page').first().waitFor();
	await expect.poll(() => page.getAttribute('html', 'lang')).toBe('en');
	await english.comeBack(`${town.server.origin}/mehr`);
	await english.heading('settings_page').first().waitFor();
	await expect.poll(() => page.getAttribute('html', 'lang')).toBe('en');

	await page.getByText('Deutsch', { exact: true }).click();
	await bernd.heading('settings_page').first().waitFor();
	await expect.poll(() => page.getAttribute('html', 'lang')).toBe('de');
});

test('light and dark follow the system until somebody chooses, and the choice stays', async () => {
	const { page } = bernd;
	const choose = (theme: 'auto' | 'light' | 'dark'): Promise<void> =>
		page.getByText(bernd.word(`settings_theme_${theme}`), { exact: true }).click();
	/** 0 is black, 765 white. */
	const brightness = (): Promise<number> =>
		page.evaluate(() =>
			(getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g) ?? [])
				.slice(0, 3)
				.reduce((sum, part) => sum + Number(part), 0)
		);
	await page.emulateMedia({ colorScheme: 'light' });
	await bernd.go('/mehr');
	await expect.poll(brightness).toBeGreaterThan(600);
	await choose('dark');
	await expect.poll(brightness).toBeLessThan(150);
	await bernd.comeBack(`${town.server.origin}/mehr`);
	await bernd.heading('settings_page').first().waitFor();
	await expect.poll(brightness).toBeLessThan(150);

	await page.emulateMedia({ colorScheme: 'dark' });
	await choose('light');
	await expect.poll(brightness).toBeGreaterThan(600);
	await choose('auto');
	await expect.poll(brightness).toBeLessThan(150);
	await page.emulateMedia({ colorScheme: 'light' });
	await expect.poll(brightness).toBeGreaterThan(600);
});

test('Ctrl K finds people, chats and commands from anywhere, by keyboard alone', async () => {
	const clara = await town.welcome(CLARA, { size: 'desktop' });
	const { keyboard } = clara.page;
	const field = clara.page.getByRole('combobox', { name: clara.word('conversations_palette') });
	const chosen = clara.page.getByRole('option', { selected: true });
	const find = async (text: string, found: string): Promise<void> => {
		await keyboard.press('Control+k');
		await field.waitFor();
		await keyboard.type(text);
		await chosen.filter({ hasText: found }).waitFor();
	};

	await clara.go('/adressbuch');
	await find('kolonne', BERND.name);
	await keyboard.press('Enter');
	await clara.composer(BERND.name).waitFor();
	await clara.send('Guten Tag');

	await clara.go('/mehr');
	await find('Kaya', BERND.name);
	await keyboard.press('Escape');
	await field.waitFor({ state: 'detached' });
	expect(new URL(clara.page.url()).pathname).toBe('/mehr');
	await find('Kaya', BERND.name);
	await keyboard.press('Enter');
	await clara.message('Guten Tag').waitFor();

	await keyboard.press('Control+k');
	await field.waitFor();
	await chosen.filter({ hasText: BERND.name }).waitFor();
	await keyboard.press('ArrowUp');
	await chosen.filter({ hasText: clara.word('conversations_palette_lock') }).waitFor();
	await keyboard.press('Enter');
	await clara.heading('lock_title').waitFor();
});
