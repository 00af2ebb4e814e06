/** What IT lays down: by the keyboard, past somebody else's change, and what it does to the screens of others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const PHONE =
	'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

let town: Town;
let bernd: Colleague;
beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND, { options: { userAgent: PHONE } });
	await town.admin.startChat(BERND.name);
	await town.admin.send('Treffen um 10 am https://rathaus.example');
});
afterAll(() => town?.close());

const toggle = (key: string) =>
	town.admin.page.getByRole('switch', { name: town.admin.word(key), exact: true });
const setCopy = async (): Promise<void> => {
	const { admin } = town;
	await admin.go('/verwaltung/richtlinien');
	await toggle('policy_copy').click();
	await admin.button('policy_review', { count: 1 }).click();
	await admin.button('policy_save').click();
	await admin.page.getByText(admin.word('policy_saved')).first().waitFor();
};

test('a change is made with the keyboard alone, shown before it holds, and kept with who made it', async () => {
	const { admin } = town;
	const { page } = admin;
	await admin.go('/verwaltung/richtlinien');
	const background = admin.field('policy_backgroundMinutes');
	const atOnce = admin.word('policy_at_once');
	// Letters that come more than a second apart each begin anew.
	await expect
		.poll(
			async () => {
				await background.focus();
				await page.keyboard.type(atOnce);
				return background.evaluate((one) => (one as HTMLSelectElement).selectedOptions[0]?.label);
			},
			{ interval: 2000 }
		)
		.toBe(atOnce);
	await admin.button('policy_review', { count: 1 }).focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByText(admin.word('policy_backgroundMinutes')).first().waitFor();
	await expect.poll(() => dialog.innerText()).toContain(admin.word('policy_at_once'));
	await admin.button('policy_save').focus();
	await page.keyboard.press('Enter');
	await page.getByText(admin.word('policy_saved')).first().waitFor();
	await page.getByRole('heading', { level: 3 }).filter({ hasText: ANNA.name }).waitFor();
	await expect.poll(() => admin.button('policy_review', { count: 1 }).count()).toBe(0);
	await bernd.go('/mehr/richtlinien');
	await bernd.page
		.getByRole('definition')
		.filter({ hasText: bernd.word('policy_at_once') })
		.waitFor();
});

test('a phone that goes out of sight in all its tabs locks at once where that is laid down, and not before', async () => {
	const other = await sitDown(bernd.page.context(), bernd.name);
	await other.page.goto(town.server.origin);
	await other.atChats();
	const hide = (colleague: Colleague) =>
		colleague.page.evaluate(() => {
			Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
			document.dispatchEvent(new Event('visibilitychange'));
		});
	const show = (colleague: Colleague) =>
		colleague.page.evaluate(() => {
			Reflect.deleteProperty(document, 'visibilityState');
			document.dispatchEvent(new Event('visibilitychange'));
		});
	await hide(other);
	await bernd.openChats();
	await bernd.go('/mehr');
	await expect.poll(() => bernd.heading('lock_title').count()).toBe(0);
	await hide(bernd);
	await bernd.heading('lock_title').waitFor();
	await other.heading('lock_title').waitFor();
	await show(bernd);
	await show(other);
	await bernd.unlock();
	await other.page.close();
	await bernd.openChat(ANNA.name);
});

test('a desktop does not mind being out of sight', async () => {
	const { admin } = town;
	await admin.page.evaluate(() => {
		Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
		Reflect.deleteProperty(document, 'visibilityState');
		document.dispatchEvent(new Event('visibilitychange'));
	});
	await admin.openChat(BERND.name);
	await admin.message('Treffen um 10').waitFor();
});

test('where copying is not allowed, there is no way to: menu, marking, keys, dragging; and it comes back', async () => {
	const { page } = bernd;
	const message = bernd.message('Treffen um 10');
	const selects = () =>
		message.evaluate((element) => getComputedStyle(element).userSelect !== 'none');
	const refuses = (type: string) =>
		message.evaluate(
			(element, name) =>
				!element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true })),
			type
		);
	await message.waitFor();
	await message.focus();
	await page.keyboard.press('Enter');
	await bernd.menuItem('common_copy').waitFor();
	await page.keyboard.press('Escape');
	expect(await refuses('copy')).toBe(false);

	await setCopy();
	await expect.poll(() => refuses('copy')).toBe(true);
	await expect.poll(() => refuses('dragstart')).toBe(true);
	await expect.poll(selects).toBe(false);
	await page.evaluate(() => {
		getSelection()?.selectAllChildren(document.body);
		return document.execCommand('copy');
	});
	expect(await page.evaluate(() => String(getSelection()))).not.toContain('Treffen');
	await message.focus();
	await page.keyboard.press('Enter');
	await bernd.menuItem('conversations_details').waitFor();
	await expect.poll(() => bernd.menuItem('common_copy').count()).toBe(0);
	await page.keyboard.press('Escape');
	// What one is typing is one's own.
	const typed = bernd.composer(ANNA.name);
	await typed.fill('Entwurf');
	expect(
		await typed.evaluate((element) =>
			element.dispatchEvent(new Event('copy', { bubbles: true, cancelable: true }))
		)
	).toBe(true);
	await typed.fill('');

	await setCopy();
	await expect.poll(() => refuses('copy')).toBe(false);
});

test('of two administrators who change something at once, the second sees what the first did, and goes on', async () => {
	const { admin } = town;
	await admin.go('/verwaltung');
	await admin.button('admin_invite').click();
	await admin.field('admin_name').fill('Ilse Brandt');
	await admin.field('admin_role').selectOption({ label: admin.word('admin_role_admin') });
	await admin.button('admin_create').click();
	const link = await admin.field('admin_link_label').inputValue();
	await admin.closeSheet();
	const ilse = await sitDown(await openContext(town.browser, 'desktop'), 'Ilse Brandt');
	await ilse.join(link);
	await ilse.go('/verwaltung/richtlinien');
	await ilse.page.getByRole('switch', { name: ilse.word('policy_downloads'), exact: true }).click();
	await ilse.button('policy_review', { count: 1 }).click();
	await setCopy();
	await ilse.page
		.getByRole('dialog')
		.getByText(ilse.word('policy_overtaken', { name: ANNA.name }))
		.waitFor();
	await ilse.button('policy_save').click();
	await ilse.page.getByText(ilse.word('policy_saved')).first().waitFor();
	await ilse.page.getByRole('heading', { level: 3 }).filter({ hasText: 'Ilse Brandt' }).waitFor();
	// The first administrator's open page hears of it as well, a moment later.
	await expect.poll(() => toggle('policy_downloads').getAttribute('aria-checked')).toBe('false');
	await ilse.page.context().close();
});
