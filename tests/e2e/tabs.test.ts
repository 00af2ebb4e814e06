/** Several tabs of one browser: one engine, every tab alive and in step. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PHONE } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

let town: Town;
let first: Colleague;
let second: Colleague;

beforeAll(async () => {
	town = await openTown();
	first = await town.welcome(BERND, { size: 'desktop' });
	await town.admin.startChat(BERND.name);
	await town.admin.send('Hallo');
	second = await sitDown(first.page.context(), BERND.name);
	// One window as wide as a desktop's, one as narrow as a phone's.
	await second.page.setViewportSize(PHONE);
});
afterAll(() => town?.close());

test('a second tab is open at once and shows the same', async () => {
	await second.page.goto(town.server.origin);
	await second.atChats();
	await first.openChat(ANNA.name);
	await second.openChat(ANNA.name);
	await first.send('aus dem ersten');
	await second.message('aus dem ersten').waitFor();
	await second.send('aus dem zweiten');
	await first.message('aus dem zweiten').waitFor();
	await town.admin.message('aus dem zweiten').waitFor();
	expect(await second.readAll()).toEqual(await first.readAll());
});

test('the other tab lives on when one is closed, and a new one joins in', async () => {
	await first.page.close();
	await town.admin.send('noch da?');
	await second.message('noch da?').waitFor();
	await second.send('ja');
	await town.admin.message('ja').waitFor();
	first = await sitDown(second.page.context(), BERND.name);
	await first.page.goto(town.server.origin);
	await first.openChat(ANNA.name);
	await first.message('noch da?').waitFor();
});

test('locking one tab locks all, and one unlocking opens all', async () => {
	await first.lock();
	await second.heading('lock_title').waitFor();
	await expect.poll(() => second.page.getByText('noch da?').count()).toBe(0);
	await second.unlock();
	await first.heading('lock_title').waitFor({ state: 'detached' });
	await second.openChat(ANNA.name);
	await second.message('noch da?').waitFor();
});
