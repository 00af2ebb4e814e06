/** The first day: a link, a PIN, and two people write to each other, at a phone and at a desktop. */
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

test('the secret of a link leaves the address bar at once, and four taps lead into the app', async () => {
	const link = await town.admin.invite(CLARA);
	expect(new URL(link).hash.length).toBeGreaterThan(20);
	const clara = await sitDown(await openContext(town.browser, 'phone'), CLARA.name);
	await clara.page.goto(link);
	await clara.button('common_continue').waitFor();
	expect(clara.page.url()).not.toContain(new URL(link).hash);
	await expect.poll(() => clara.page.getByText(CLARA.name).isVisible()).toBe(true);

	let taps = 0;
	const tap = async (act: () => Promise<void>): Promise<void> => {
		taps += 1;
		await act();
	};
	await tap(() => clara.button('common_continue').tap());
	await clara.field('common_pin_new').fill(PIN);
	await tap(() => clara.field('common_pin_repeat').tap());
	await clara.field('common_pin_repeat').fill(PIN);
	await tap(() => clara.button('join_finish').tap());
	await clara.heading('join_done').waitFor();
	await tap(() => clara.button('join_open').or(clara.button('install_later')).tap());
	await clara.atChats();
	expect(taps).toBeLessThanOrEqual(4);
	await clara.page.context().close();

	const late = await sitDown(await openContext(town.browser, 'phone'), 'Jemand');
	await late.page.goto(link);
	await late.heading('join_used_title').waitFor();
	await late.page.context().close();
});

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

test('an unread message counts in the list until it is opened', async () => {
	await bernd.openChats();
	await town.admin.send('Noch etwas.');
	const row = bernd.chatRow(ANNA.name);
	await row.getByText('Noch etwas.').waitFor();
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
	await bernd.chatRow(ANNA.name).getByText('Noch nicht fertig').waitFor();
	await bernd.go('/mehr');
	await bernd.button('settings_lock_now').click();
	await bernd.unlock();
	await bernd.openChat(ANNA.name);
	await expect.poll(() => bernd.composer(ANNA.name).innerText()).toBe('Noch nicht fertig');
	await bernd.composer(ANNA.name).fill('');
});

const mirror = (messages: Awaited<ReturnType<Colleague['readAll']>>): typeof messages =>
	messages.map((message) => ({ ...message, mine: !message.mine }));
