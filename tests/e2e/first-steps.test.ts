/** The first day: a link, a PIN, and two people write to each other, at a phone and at a desktop. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, PIN, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

let town: Town;
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
});
afterAll(() => town?.close());

test.each(['phone', 'desktop'] as const)(
	'at a %s the secret of a link leaves the address bar at once, and four taps lead into the app',
	async (size) => {
		const name = `${CLARA.name} ${size}`;
		const link = await town.admin.invite({ ...CLARA, name });
		expect(new URL(link).hash.length).toBeGreaterThan(20);
		const clara = await sitDown(await openContext(town.browser, size), name);
		await clara.page.goto(link);
		await clara.button('common_continue').waitFor();
		await expect.poll(() => clara.page.url()).not.toContain(new URL(link).hash);
		await expect.poll(() => clara.page.getByText(name).isVisible()).toBe(true);

		let taps = 0;
		const tap = async (target: Locator): Promise<void> => {
			taps += 1;
			await (size === 'phone' ? target.tap() : target.click());
		};
		await tap(clara.button('common_continue'));
		// The first field has the focus: what is typed goes there.
		await expect.poll(() => isFocused(clara.field('common_pin_new'))).toBe(true);
		await clara.page.keyboard.type(PIN);
		await tap(clara.field('common_pin_repeat'));
		await clara.page.keyboard.type(PIN);
		await tap(clara.button('join_finish'));
		await clara.heading('join_done').waitFor();
		await tap(clara.button('join_open').or(clara.button('install_later')));
		await clara.atChats();
		expect(taps).toBeLessThanOrEqual(4);
		await clara.page.context().close();

		const late = await sitDown(await openContext(town.browser, size), 'Jemand');
		await late.page.goto(link);
		await late.heading('join_used_title').waitFor();
		await late.page.context().close();
	}
);

test('a mistyped link leads to a page that helps', async () => {
	const lost = await sitDown(await openContext(town.browser, 'phone'), 'Jemand');
	await lost.page.goto(`${town.server.origin}/join#AAAAAAAAAAAAAAAAAAAAAA`);
	await lost.heading('join_unknown_title').waitFor();
	await lost.page.context().close();
});

test('two people write to each other and see how far their messages have come', async () => {
	await town.admin.startChat(BERND.name);
	await town.admin.send('Guten Morgen, Bernd!\nIst die Kehrmaschine wieder da?');
	await town.admin.state('Guten Morgen', 'delivered').waitFor();

	await bernd.openChat(ANNA.name);
	await bernd.message('Ist die Kehrmaschine wieder da?').waitFor();
	await town.admin.state('Guten Morgen', 'read').waitFor();

	await bernd.send('Ja, seit gestern <b>abend</b> 👍');
	await town.admin.message('Ja, seit gestern <b>abend</b> 👍').waitFor();
	await bernd.state('seit gestern', 'read').waitFor();
	expect(await town.admin.readAll()).toEqual(await bernd.readAll().then(mirror));
});

test('whoever is writing is seen writing, in the chat and in the list, until it is sent', async () => {
	const typing = bernd.word('conversations_typing');
	// A mark lasts some seconds and is repeated with what is typed.
	const seen = async (writer: Colleague, reader: Colleague): Promise<number> => {
		await writer.composer(reader.name).pressSequentially('x');
		return reader.page.getByText(typing, { exact: true }).filter({ visible: true }).count();
	};
	// At a desktop the list stands beside the chat.
	await expect.poll(() => seen(bernd, town.admin)).toBe(2);
	await bernd.send('Jetzt ist es gesendet');
	await town.admin.message('Jetzt ist es gesendet').waitFor();
	await expect.poll(() => town.admin.page.getByText(typing, { exact: true }).count()).toBe(0);

	await bernd.openChats();
	await expect.poll(() => seen(town.admin, bernd)).toBe(1);
	await town.admin.send('Gelesen');
	await bernd.chatRow(ANNA.name).getByText('Gelesen').first().waitFor();
	await bernd.openChat(ANNA.name);
});

test('a message is copied as it was written, by its menu or a long press', async () => {
	const written = 'Guten Morgen, Bernd!\nIst die Kehrmaschine wieder da?';
	const copies = async (reader: Colleague, open: (message: Locator) => Promise<void>) => {
		await reader.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await reader.page.bringToFront();
		await reader.page.evaluate(() => navigator.clipboard.writeText('etwas anderes'));
		await open(reader.message('Ist die Kehrmaschine'));
		await reader.menuItem('common_copy').click();
		await reader.page.getByText(reader.word('common_copied')).first().waitFor();
		expect(await reader.page.evaluate(() => navigator.clipboard.readText())).toBe(written);
	};
	await copies(town.admin, async (message) => {
		await message.hover();
		const name = town.admin.word('conversations_message_menu');
		await message.getByRole('button', { name }).click();
	});
	await copies(bernd, async (message) => {
		const box = await message.boundingBox();
		const touch = await bernd.page.context().newCDPSession(bernd.page);
		const touchPoints = [{ x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + 20 }];
		await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
		await bernd.menuItem('common_copy').waitFor();
		await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
	});
});

test('an unread message counts in the list until it is opened', async () => {
	await bernd.openChats();
	await town.admin.send('Noch etwas.');
	const row = bernd.chatRow(ANNA.name);
	await row.getByText('Noch etwas.').first().waitFor();
	await row.getByText('1', { exact: true }).waitFor();
	await row.click();
	await town.admin.state('Noch etwas.', 'read').waitFor();
	await bernd.openChats();
	await expect.poll(() => bernd.chatRow(ANNA.name).getByText('1', { exact: true }).count()).toBe(0);
});

test('a draft is still there after locking and unlocking', async () => {
	await bernd.openChat(ANNA.name);
	await bernd.composer(ANNA.name).fill('Noch nicht fertig');
	await bernd.openChats();
	await bernd.chatRow(ANNA.name).getByText('Noch nicht fertig').first().waitFor();
	await bernd.go('/mehr');
	await bernd.button('settings_lock_now').click();
	await bernd.unlock();
	await bernd.openChat(ANNA.name);
	await expect.poll(() => bernd.composer(ANNA.name).innerText()).toBe('Noch nicht fertig');
	await bernd.composer(ANNA.name).fill('');
});

const mirror = (messages: Awaited<ReturnType<Colleague['readAll']>>): typeof messages =>
	messages.map((message) => ({ ...message, mine: !message.mine }));

const isFocused = (field: Locator): Promise<boolean> =>
	field.evaluate((element) => element === document.activeElement);
