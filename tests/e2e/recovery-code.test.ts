/** A code on paper, and the way back in with it when every device is lost, at a phone and at a desktop. */
import encodeQR from 'qr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { launchChromium, openContext } from './harness/chromium.ts';
import { PIN, sitDown, type Colleague } from './harness/colleague.ts';
import { makeFakeCamera, readCode } from './harness/fake-camera.ts';
import { keysOfChatKept } from './harness/restoring-screens.ts';
import { ANNA, BERND, CLARA, DIETER, EMINE, openTown, type Town } from './harness/town.ts';

let town: Town;

beforeAll(async () => {
	town = await openTown();
});
afterAll(() => town?.close());

/** Says no to notifications, which are offered first. */
async function noNotifications(person: Colleague): Promise<void> {
	await person.openChats();
	await person.button('notifications_offer_no').click();
	await person.heading('notifications_offer_title').waitFor({ state: 'detached' });
}

/** Writes down a code that was made; the code as it stands on the sheet. */
async function writeDownCode(person: Colleague): Promise<string> {
	const groups = person.page.locator('article li');
	await expect.poll(() => groups.count()).toBe(7);
	const code = await groups.allTextContents();
	await check(person.page, 'the sheet with the code');
	await person.button('recovery_shown_next').click();
	const asked = person.page.getByRole('main').getByRole('textbox');
	await expect.poll(() => asked.count()).toBe(2);
	for (const field of await asked.all()) await field.fill('0000');
	await person.button('recovery_check_go').click();
	await person.page.getByText(person.word('recovery_check_wrong')).first().waitFor();
	await check(person.page, 'checking the code');
	for (const [at, group] of code.entries()) {
		const field = person.field('recovery_check_group', { number: at + 1 });
		if ((await field.count()) > 0) await field.fill(group.toLowerCase());
	}
	await person.button('recovery_check_go').click();
	await person.heading('recovery_have_title').waitFor();
	return code.join(' ');
}

test.each([
	['phone', BERND],
	['desktop', CLARA]
] as const)('at a %s the code leads back to what was written', async (size, who) => {
	const person = await town.welcome(who, { size });
	await person.startChat(ANNA.name);
	await person.send(`Gruß vom ersten Gerät, ${size}`);
	await person.state('Gruß vom ersten', 'delivered').waitFor();
	await keysOfChatKept(person);
	// The first message is worth a code, once nothing else is asked and the container has been closed and opened.
	await noNotifications(person);
	await person.lock();
	await person.unlock();
	await person.openChats();
	await person.heading('recovery_offer_title').waitFor();
	await check(person.page, 'a code on offer');
	await person.button('recovery_offer_yes').click();
	await person.button('recovery_make').click();
	const code = await writeDownCode(person);
	await person.page.context().close();

	const anew = await sitDown(await openContext(town.browser, size), who.name);
	await anew.page.goto(town.server.origin);
	await anew.link('recovery_lost').click();
	await anew.heading('recovery_ways_title').waitFor();
	await check(anew.page, 'ways back in');
	await anew.page.getByRole('button', { name: anew.word('recovery_way_code') }).click();
	const field = anew.field('recovery_enter_label');
	await field.fill(code.slice(0, 9));
	await anew.button('recovery_enter_go').click();
	await anew.page.getByText(anew.word('recovery_enter_missing')).first().waitFor();
	const last = code.at(-1) === '0' ? '1' : '0';
	await field.fill(code.slice(0, -1) + last);
	await anew.button('recovery_enter_go').click();
	await anew.page.getByText(anew.word('error_recovery_mistyped')).first().waitFor();
	await check(anew.page, 'a mistyped code');
	await field.fill(code);
	await anew.button('recovery_enter_go').click();
	await anew.choosePin(PIN);
	await anew.enter();
	await anew.heading('devices_lost_title').waitFor();
	// While chats are still on their way, what stands in their place can be scrolled, and holds nothing to focus.
	await anew.chatRow(ANNA.name).waitFor();
	await check(anew.page, 'asked which devices are lost');
	await anew.button('devices_lost_no').click();
	await anew.heading('devices_lost_title').waitFor({ state: 'detached' });
	await anew.openChat(ANNA.name);
	await anew.message(`Gruß vom ersten Gerät, ${size}`).waitFor();
	await anew.send('Ich bin wieder da');
	await anew.state('Ich bin wieder da', 'delivered').waitFor();
	await anew.page.goto(`${town.server.origin}/mehr/geraete`);
	await anew.page.getByText(/Mit dem Wiederherstellungscode angemeldet/).waitFor();
	await noNotifications(anew);
	await anew.lock();
	await anew.unlock();
	await anew.openChats();
	await anew.heading('recovery_offer_used_title').waitFor();
	await anew.page.context().close();
});

test('the camera reads the code from the sheet, and takes no other QR code for one', async () => {
	const camera = await makeFakeCamera();
	const browser = await launchChromium({ args: camera.args });
	try {
		const person = await town.welcome(EMINE);
		await person.startChat(ANNA.name);
		await person.send('Vor dem Verlust');
		await person.state('Vor dem Verlust', 'delivered').waitFor();
		await keysOfChatKept(person);
		await person.page.goto(`${town.server.origin}/mehr/wiederherstellung`);
		await person.button('recovery_make').click();
		const sheet = person.word('recovery_qr_label');
		await person.page.getByRole('img', { name: sheet }).waitFor();
		const code = await readCode(person.page, sheet);
		await writeDownCode(person);
		await person.page.context().close();

		const context = await openContext(browser, 'phone', { permissions: ['camera'] });
		const anew = await sitDown(context, EMINE.name);
		await anew.page.goto(`${town.server.origin}/wiederherstellen`);
		await anew.page.getByRole('button', { name: anew.word('recovery_way_code') }).click();
		await camera.show(encodeQR(`${town.server.origin}/join#${'A'.repeat(22)}`, 'raw'));
		await anew.button('recovery_scan').click();
		await anew.page.getByText(anew.word('recovery_scan_foreign')).first().waitFor();
		await check(anew.page, 'another QR code in front of the camera');
		await anew.page.keyboard.press('Escape');
		await anew.page.getByRole('dialog').waitFor({ state: 'detached' });
		await expect.poll(() => anew.field('recovery_enter_label').inputValue()).toBe('');

		await camera.show(code);
		await anew.button('recovery_scan').click();
		await anew.choosePin(PIN);
		await anew.enter();
		await anew.openChat(ANNA.name);
		await anew.message('Vor dem Verlust').waitFor();
	} finally {
		await browser.close();
		await camera.remove();
	}
});

test('whoever wants no code is not asked again', async () => {
	const person = await town.welcome(DIETER);
	await person.startChat(ANNA.name);
	await person.send('Brauche ich das?');
	await noNotifications(person);
	await person.lock();
	await person.unlock();
	await person.openChats();
	await person.button('recovery_offer_no').click();
	await person.heading('recovery_offer_title').waitFor({ state: 'detached' });
	await person.lock();
	await person.unlock();
	await person.openChats();
	await person.chatRow(ANNA.name).waitFor();
	await expect.poll(() => person.heading('recovery_offer_title').count()).toBe(0);
	await person.page.context().close();
});

test('whoever has nothing left is told why history is gone, and how to go on', async () => {
	const lost = await sitDown(await openContext(town.browser, 'phone'), 'Jemand');
	await lost.page.goto(`${town.server.origin}/wiederherstellen`);
	await lost.page.getByRole('button', { name: lost.word('recovery_way_anew') }).click();
	await lost.heading('recovery_anew_title').waitFor();
	await check(lost.page, 'starting anew');
	await lost.page.context().close();
});
