/** Where people are, how they got there and how they come back: history, titles, keyboard, notices, letters. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

let town: Town;
let admin: Colleague;
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	admin = town.admin;
	bernd = await town.welcome(BERND);
	await admin.startChat(BERND.name);
	await admin.send('Guten Morgen!');
	await bernd.openChats();
	await bernd.chatRow(ANNA.name).waitFor();
});
afterAll(() => town?.close());

const pathOf = ({ page }: Colleague): string => new URL(page.url()).pathname;

/** Faces of the font that the page has fetched, by the letters that they are for. */
const fetchedLetters = ({ page }: Colleague): Promise<string[]> =>
	page.evaluate(() =>
		[...document.fonts]
			.filter(({ family, status }) => family.includes('Fira') && status !== 'unloaded')
			.map(({ unicodeRange }) => unicodeRange)
	);

test("arrows lead back as the system's own back does, which never reopens what was left", async () => {
	await bernd.go('/mehr');
	await bernd.openChat(ANNA.name);
	const chat = pathOf(bernd);
	await bernd.link('conversations_info').click();
	await bernd.heading('conversations_info_person').waitFor();
	await bernd.link('common_back').click();
	await bernd.composer(ANNA.name).waitFor();
	await expect.poll(() => pathOf(bernd)).toBe(chat);
	await bernd.link('common_back').click();
	await expect.poll(() => pathOf(bernd)).toBe('/');
	await bernd.page.goBack();
	await expect.poll(() => pathOf(bernd)).toBe('/mehr');
	await bernd.page.goForward();
	await expect.poll(() => pathOf(bernd)).toBe('/');
});

test('an arrow to a page that is not the one before puts it in the place of this one', async () => {
	await bernd.go('/adressbuch');
	await bernd.page.getByRole('link').filter({ hasText: ANNA.name }).first().click();
	await bernd.button('directory_write').click();
	await bernd.composer(ANNA.name).waitFor();
	await bernd.link('common_back').click();
	await expect.poll(() => pathOf(bernd)).toBe('/');
	await bernd.page.goBack();
	await expect.poll(() => pathOf(bernd)).toMatch(/^\/adressbuch\/./);
	await bernd.link('common_back').click();
	await expect.poll(() => pathOf(bernd)).toBe('/adressbuch');
	await bernd.page.goBack();
	await expect.poll(() => pathOf(bernd)).toBe('/');
});

test('Esc puts the focus back on the chat that was left; the sections come before the list', async () => {
	const { page } = admin;
	await admin.openChats();
	await admin.chatRow(BERND.name).press('Enter');
	await admin.composer(BERND.name).waitFor();
	await page.keyboard.press('Escape');
	await expect.poll(() => pathOf(admin)).toBe('/');
	const isFocused = (one: Locator) => one.evaluate((node) => node === document.activeElement);
	await expect.poll(() => isFocused(admin.chatRow(BERND.name))).toBe(true);
	await page.keyboard.press('Enter');
	await admin.composer(BERND.name).waitFor();
	const order = await page.evaluate(() =>
		document
			.querySelector('nav')
			?.compareDocumentPosition(document.querySelector('main') ?? document)
	);
	expect(order).toBe(4);
});

test('a title says which page and how much is unread, never with whom; a locked one only that', async () => {
	const { page } = admin;
	await admin.openChat(BERND.name);
	await expect.poll(() => page.title()).toBe(`${admin.word('app_chats')} · Dienstweg`);
	await admin.go('/adressbuch');
	await bernd.openChat(ANNA.name);
	await bernd.send('Ist jemand da?');
	await expect.poll(() => page.title()).toBe(`(1) ${admin.word('app_address_book')} · Dienstweg`);
	await admin.lock();
	await expect.poll(() => page.title()).toBe(`${admin.word('lock_title')} · Dienstweg`);
	await admin.unlock();
	await expect.poll(() => page.title()).toBe(`(1) ${admin.word('settings_page')} · Dienstweg`);
});

test('nor does the title of an invitation say whom it is for', async () => {
	const clara = await sitDown(await openContext(town.browser, 'phone'), CLARA.name);
	await clara.page.goto(await admin.invite(CLARA));
	await clara.heading('join_greeting', { name: CLARA.name }).waitFor();
	await expect
		.poll(() => clara.page.title())
		.toBe(`${clara.word('join_greeting_plain')} · Dienstweg`);
	await clara.page.context().close();
});

test('a notice stands above an open dialog and can be closed; the button says that it copied', async () => {
	const { page } = admin;
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await admin.go('/verwaltung');
	await admin.button('admin_invite').click();
	await admin.field('admin_name').fill('Ionuț Dąbrowski');
	await admin.button('admin_create').click();
	const link = await admin.field('admin_link_label').inputValue();
	await admin.button('common_copy').click();
	// Both go by themselves after some seconds, unless the pointer rests on the notice.
	const notice = page.locator('.toast').filter({ hasText: admin.word('admin_link_copied') });
	await Promise.all([admin.button('common_copied').waitFor(), notice.hover()]);
	await expect.poll(() => notice.count()).toBe(1);
	await notice.getByRole('button', { name: admin.word('common_close') }).click();
	await expect.poll(() => notice.count()).toBe(0);
	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
	await page
		.getByRole('dialog')
		.getByRole('button', { name: admin.word('common_close') })
		.click();
});

test('the arrow of a message stands beside its bubble and covers nothing', async () => {
	await admin.openChat(BERND.name);
	for (const text of ['Guten Morgen!', 'Ist jemand da?']) {
		const message = admin.message(text);
		await message.hover();
		const arrow = message.getByRole('button', { name: admin.word('conversations_message_menu') });
		const [inner, outer] = await Promise.all([
			arrow.boundingBox(),
			message.locator('.bubble').boundingBox()
		]);
		if (!inner || !outer) throw new Error('no arrow is shown');
		const isBeside = inner.x >= outer.x + outer.width || inner.x + inner.width <= outer.x;
		expect(isBeside, `the arrow beside ${text}`).toBe(true);
		await arrow.click();
		await admin.page.getByRole('menuitem').first().waitFor();
		await admin.page.keyboard.press('Escape');
	}
});

test("letters of other languages are fetched when they are shown, in the product's own typeface", async () => {
	const isRare = (letters: string) => letters.includes('U+100-');
	await bernd.comeBack(`${town.server.origin}/mehr`);
	await bernd.heading('settings_page').first().waitFor();
	expect((await fetchedLetters(bernd)).filter(isRare)).toEqual([]);
	await bernd.openChat(ANNA.name);
	await bernd.send('Grüße an Ionuț und Zoë');
	await expect.poll(async () => (await fetchedLetters(bernd)).filter(isRare).length).toBe(1);
});

test('a phone offers letters for the PIN', async () => {
	await bernd.lock();
	const field = bernd.field('lock_pin');
	await expect.poll(() => field.getAttribute('inputmode')).toBe('numeric');
	await bernd.button('common_pin_letters').tap();
	await expect.poll(() => field.getAttribute('inputmode')).toBe('text');
	await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);
	await bernd.button('common_pin_digits').tap();
	await expect.poll(() => field.getAttribute('inputmode')).toBe('numeric');
	await bernd.unlock();
});
