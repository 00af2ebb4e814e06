/** What the keyboard reaches and what a screen reader says: news, sheets, menus, found by roles and names alone. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const GROUP = 'Sommerfest';

let town: Town;
let admin: Colleague;
let bernd: Colleague;
beforeAll(async () => {
	town = await openTown();
	admin = town.admin;
	bernd = await town.welcome(BERND, { size: 'desktop' });
	await admin.startChat(BERND.name);
	await admin.send('Alt');
	await bernd.openChat(ANNA.name);
	await bernd.message('Alt').waitFor();
});
afterAll(() => town?.close());

const hasFocus = (element: Locator): Promise<boolean> =>
	element.evaluate((one) => one === document.activeElement);
const holdsFocus = (element: Locator): Promise<boolean> =>
	element.evaluate((one) => one.contains(document.activeElement));

test('new messages of others are read out once, with their sender; old and own ones are not', async () => {
	const log = bernd.page.getByRole('log', { name: bernd.word('conversations_new_messages') });
	await expect.poll(() => log.getAttribute('aria-live')).toBe('polite');
	await bernd.send('Eigene');
	expect((await log.textContent())?.trim()).toBe('');
	await admin.send('Neu');
	const spoken = (text: string): string =>
		bernd.word('conversations_announced', { name: ANNA.name, text });
	await expect.poll(() => log.textContent()).toBe(spoken('Neu'));
	await admin.send('Noch neuer');
	await expect.poll(() => log.textContent()).toBe(spoken('Noch neuer'));
	// Seen, but not said a second time.
	const said = bernd.page.locator('[aria-live], [role=log], [role=status], [role=alert]');
	await expect.poll(() => said.filter({ has: bernd.message('Neu') }).count()).toBe(0);
	await bernd.openChats();
	await bernd.openChat(ANNA.name);
	await bernd.message('Noch neuer').waitFor();
	expect((await log.textContent())?.trim()).toBe('');
});

test('a chat as it is read: who wrote, what, when, and how far it has come', async () => {
	await bernd.state('Eigene', 'read').or(bernd.state('Eigene', 'delivered')).waitFor();
	expect(await bernd.message('Noch neuer').ariaSnapshot()).toMatch(
		new RegExp(`article "${ANNA.name}":[^]*Noch neuer[^]*time`)
	);
	const mine = bernd.message('Eigene');
	await expect.poll(() => mine.getAttribute('aria-label')).toBe(bernd.word('conversations_you'));
	expect(await mine.ariaSnapshot()).toMatch(/Eigene[^]*time[^]*img "/);
	const title = bernd.page.getByRole('heading', { level: 1, name: ANNA.name });
	await expect.poll(() => title.count()).toBe(1);
	expect(await bernd.composer(ANNA.name).ariaSnapshot()).toContain('textbox');
});

/** Pressed by keyboard: what opens has the name and the focus; Esc closes it and gives the focus back. */
async function goesThere(opener: Locator, name: string): Promise<void> {
	const sheet = opener.page().getByRole('dialog', { name, exact: true });
	await opener.focus();
	await opener.press('Enter');
	await sheet.waitFor();
	expect(await holdsFocus(sheet), `${name}: focus inside`).toBe(true);
	// All around, and never outside: what lies below is inert.
	for (let step = 0; step < 4; step += 1) {
		await opener.page().keyboard.press('Tab');
		const outside = await opener
			.page()
			.evaluate(
				() =>
					document.activeElement !== document.body &&
					document.activeElement?.closest('dialog') === null
			);
		expect(outside, `${name}: focus outside`).toBe(false);
	}
	await opener.page().keyboard.press('Escape');
	await sheet.waitFor({ state: 'detached' });
	expect(await hasFocus(opener), `${name}: focus back`).toBe(true);
}

test('sheets of the settings', async () => {
	await bernd.go('/mehr');
	await bernd.heading('settings_page').first().waitFor();
	await goesThere(bernd.button('settings_change_pin'), bernd.word('settings_change_pin'));
	await goesThere(bernd.button('settings_wipe'), bernd.word('settings_wipe_title'));
});

test('sheets of a group', async () => {
	await admin.startGroup(GROUP, [BERND.name]);
	await admin.go(`${new URL(admin.page.url()).pathname}/info`);
	await admin.heading('conversations_info_group').waitFor();
	const title = { title: GROUP };
	for (const [button, name] of [
		['conversations_edit_group', admin.word('conversations_edit_group')],
		['conversations_add_people', admin.word('conversations_add_people')],
		['conversations_leave', admin.word('conversations_leave_title', title)]
	] as const) {
		await goesThere(admin.button(button), name);
	}
});

test('sheets of the administration', async () => {
	await admin.go('/verwaltung');
	await admin.page.getByRole('table').waitFor();
	await goesThere(admin.button('admin_invite'), admin.word('admin_invite_title'));
	await admin.go('/verwaltung/personen');
	const row = admin.page.getByRole('button').filter({ hasText: BERND.name });
	await goesThere(row, BERND.name);
});

test('a forgotten PIN', async () => {
	await bernd.lock();
	await expect.poll(() => hasFocus(bernd.field('lock_pin'))).toBe(true);
	await goesThere(bernd.button('lock_forgotten'), bernd.word('lock_forgotten_title'));
	await bernd.unlock();
});

/** Enter opens a menu at its first action; arrows, Home, End and letters move; Esc gives the focus back. */
async function goesThrough(opener: Locator, name: string, actions: string[]): Promise<void> {
	const { keyboard } = opener.page();
	const menu = opener.page().getByRole('menu', { name, exact: true });
	const items = menu.getByRole('menuitem');
	await opener.focus();
	await opener.press('Enter');
	await menu.waitFor();
	const texts = (await items.allTextContents()).map((text) => text.trim());
	expect(texts).toEqual(actions);
	expect(await hasFocus(items.first())).toBe(true);
	await keyboard.press('ArrowDown');
	expect(await hasFocus(items.nth(1 % actions.length))).toBe(true);
	await keyboard.press('End');
	expect(await hasFocus(items.last())).toBe(true);
	await keyboard.press('ArrowDown');
	expect(await hasFocus(items.first())).toBe(true);
	await keyboard.press('End');
	await keyboard.press('Home');
	expect(await hasFocus(items.first())).toBe(true);
	const last = actions.at(-1) ?? '';
	await keyboard.press(last.charAt(0));
	expect(await hasFocus(items.filter({ hasText: last }))).toBe(true);
	await keyboard.press('Escape');
	await menu.waitFor({ state: 'detached' });
	expect(await hasFocus(opener)).toBe(true);
}

test('the menu of a member', async () => {
	await admin.openChat(GROUP);
	await admin.go(`${new URL(admin.page.url()).pathname}/info`);
	const name = admin.word('conversations_member_menu', { name: BERND.name });
	const opener = admin.page.getByRole('button', { name, exact: true });
	const actions = ['write_person', 'make_admin', 'remove_person'];
	await goesThrough(
		opener,
		name,
		actions.map((one) => admin.word(`conversations_${one}`))
	);
	await expect.poll(() => opener.getAttribute('aria-haspopup')).toBe('menu');
	await expect.poll(() => opener.getAttribute('aria-expanded')).toBe('false');
});

test('the menu of a message, and its details', async () => {
	await admin.openChat(BERND.name);
	const message = admin.message('Noch neuer');
	const name = admin.word('conversations_message_menu');
	const details = admin.word('conversations_details');
	await goesThrough(message, name, [admin.word('common_copy'), details]);
	await message.press('Enter');
	await admin.page.getByRole('menuitem', { name: details, exact: true }).press('Enter');
	const sheet = admin.page.getByRole('dialog', { name: details, exact: true });
	await sheet.waitFor();
	expect(await holdsFocus(sheet)).toBe(true);
	await admin.page.keyboard.press('Escape');
	await sheet.waitFor({ state: 'detached' });
	expect(await hasFocus(message)).toBe(true);
});

test('emoji open at their search and close to where one writes', async () => {
	const picker = admin.page.getByRole('dialog', { name: admin.word('conversations_emoji') });
	const opener = admin.button('conversations_emoji');
	await opener.focus();
	await opener.press('Enter');
	await picker.waitFor();
	await expect.poll(() => hasFocus(picker.getByRole('searchbox'))).toBe(true);
	await expect.poll(() => opener.getAttribute('aria-expanded')).toBe('true');
	await admin.page.keyboard.press('Escape');
	await picker.waitFor({ state: 'detached' });
	await expect.poll(() => hasFocus(admin.composer(BERND.name))).toBe(true);
});

test('the search from anywhere says which choice is taken', async () => {
	const writing = admin.composer(BERND.name);
	await writing.focus();
	await admin.page.keyboard.press('Control+k');
	const palette = admin.page.getByRole('dialog', { name: admin.word('conversations_palette') });
	const field = palette.getByRole('combobox');
	const options = palette.getByRole('option');
	await options.first().waitFor();
	expect(await hasFocus(field)).toBe(true);
	const active = async (): Promise<string | null> => field.getAttribute('aria-activedescendant');
	expect(await active()).toBe(await options.first().getAttribute('id'));
	await admin.page.keyboard.press('ArrowDown');
	expect(await active()).toBe(await options.nth(1).getAttribute('id'));
	await expect.poll(() => options.nth(1).getAttribute('aria-selected')).toBe('true');
	await admin.page.keyboard.press('Escape');
	await palette.waitFor({ state: 'detached' });
	expect(await hasFocus(writing)).toBe(true);
});
