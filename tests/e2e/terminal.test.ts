/** A shared terminal: set up by IT, entered with a phone, left in every way there is; nothing stays behind. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { check } from './harness/accessible.ts';
import { launchChromium, makeProfile, openContext, type Profile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { type FakeCamera, makeFakeCamera, readCode } from './harness/fake-camera.ts';
import { findResidue } from './harness/residue.ts';
import {
	atCode,
	noticeOf,
	openTerminal,
	signInByCode,
	TERMINAL,
	untilOut
} from './harness/terminal.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const canary = (): string => randomBytes(9).toString('hex');
const canaries = { received: canary(), written: canary(), draft: canary(), second: canary() };

let town: Town;
let camera: FakeCamera;
let withCamera: Browser;
let bernd: Colleague;
let profile: Profile;
let terminal: Colleague;
let link: string;

beforeAll(async () => {
	camera = await makeFakeCamera();
	[town, withCamera, profile] = await Promise.all([
		openTown(),
		launchChromium({ args: camera.args }),
		makeProfile()
	]);
	const context = await openContext(withCamera, 'phone', { permissions: ['camera'] });
	bernd = await town.welcome(BERND, { context });
	await town.admin.startChat(BERND.name);
	await town.admin.send(canaries.received);
	await bernd.openChat(ANNA.name);
	await bernd.message(canaries.received).waitFor();
});
afterAll(async () => {
	await terminal?.page.context().close();
	await withCamera?.close();
	await town?.close();
	await profile?.remove();
	await camera?.remove();
});

/** Opens the terminal's browser, which knows by itself what it is. */
async function startTerminal(address = `${town.server.origin}/`): Promise<void> {
	terminal = await openTerminal(await profile.open(), address);
}

/** Nothing of a visit in the page, in the browser's stores, or on its disk. */
async function expectNothingLeft(): Promise<void> {
	await atCode(terminal);
	const text = await terminal.page.content();
	for (const needle of [...Object.values(canaries), ANNA.name, BERND.name])
		expect(text).not.toContain(needle);
	const stores = await terminal.page.evaluate(async () => ({
		databases: (await indexedDB.databases()).length,
		caches: (await caches.keys()).length,
		workers: (await navigator.serviceWorker.getRegistrations()).length,
		kept: Object.keys(localStorage).filter((name) => name.startsWith('dienstweg')),
		session: sessionStorage.length
	}));
	expect(stores).toMatchObject({ databases: 0, caches: 0, workers: 0 });
	expect(stores.kept).toEqual(['dienstweg-terminal']);
	expect(await findResidue(profile.folder, Object.values(canaries))).toEqual([]);
}

/** What the server keeps of text that was not sent, for the person's own devices. */
const draftsKept = (): Promise<number> =>
	inServerDatabase(town.server.dataDir, async ({ read }) => {
		const { rows } = await read.execute<{ count: number }>(
			sql`select count(*)::int as count from terminal_drafts`
		);
		return rows[0]?.count ?? 0;
	});

test('IT sets a terminal up, and its link makes a browser one', async () => {
	const { admin } = town;
	await admin.go('/verwaltung/terminals');
	await admin.button('terminals_register').click();
	await admin.field('terminals_name').fill(TERMINAL);
	await admin.field('terminals_place').fill('Erdgeschoss');
	await check(admin.page, 'setting up a terminal');
	await admin.button('terminals_create').click();
	link = await admin.field('terminals_link_label').inputValue();
	await admin.closeSheet();
	await admin.page.getByText(admin.word('terminals_state_never')).first().waitFor();
	await startTerminal(link);
	await expect.poll(() => terminal.page.url()).not.toContain('#');
	await terminal.page.getByText(TERMINAL).first().waitFor();
	await check(terminal.page, 'a terminal’s code');
	await check(admin.page, 'list of terminals');
});

test('a phone scans the code, sees which terminal it is, and the chats are there', async () => {
	await camera.show(await readCode(terminal.page, terminal.word('terminals_idle_qr')));
	// Not before: a camera that is switched on while its picture is exchanged sees nothing any more.
	await bernd.go('/mehr/terminal');
	await bernd.heading('terminals_page').waitFor();
	await bernd.button('terminals_confirm').waitFor();
	await bernd.page.getByText(TERMINAL).first().waitFor();
	await check(bernd.page, 'letting a terminal in');
	await bernd.button('terminals_confirm').click();
	await terminal.atChats();
	await noticeOf(bernd).waitFor();
	await check(bernd.page, 'the notice of a visit');
	// The session is on no disk, and ends with the browser.
	const cookies = await terminal.page.context().cookies();
	expect(cookies.map(({ expires }) => expires)).toEqual([-1]);
	await terminal.openChat(ANNA.name);
	await terminal.message(canaries.received).waitFor();
	await terminal.send(canaries.written);
	await town.admin.openChat(BERND.name);
	await town.admin.message(canaries.written).waitFor();
	await check(terminal.page, 'a chat at a terminal');
});

test('whoever signs out leaves nothing but what waits on their phone', async () => {
	await terminal.composer(ANNA.name).fill(canaries.draft);
	await terminal.button('terminals_sign_out').click();
	await expectNothingLeft();
	await bernd.openChat(ANNA.name);
	await expect.poll(() => bernd.composer(ANNA.name).innerText()).toBe(canaries.draft);
	await bernd.composer(ANNA.name).fill('');
	await terminal.page.goBack().catch(() => null);
	await atCode(terminal);
});

test('going back while the page begins anew brings back neither the visit nor a page that is over', async () => {
	await signInByCode(bernd, terminal);
	await terminal.openChat(ANNA.name);
	await terminal.message(canaries.received).waitFor();
	const { page } = terminal;
	let asked = 0;
	let release = (): void => undefined;
	const released = new Promise<void>((resolve) => (release = resolve));
	await page.route(
		({ pathname }) => pathname === '/anew.html',
		async (route) => {
			asked += 1;
			await released;
			await route.continue().catch(() => undefined);
		}
	);
	await terminal.button('terminals_sign_out').click();
	await expect.poll(() => asked).toBe(1);
	const back = page.goBack().catch(() => null);
	await expect.poll(() => asked).toBe(2);
	release();
	await back;
	await page.unrouteAll({ behavior: 'wait' });
	await expectNothingLeft();
	await untilOut(bernd);
});

test('the next person right after sees only their own', async () => {
	await signInByCode(bernd, terminal);
	await terminal.openChat(ANNA.name);
	await terminal.message(canaries.received).waitFor();
	await bernd.button('terminals_visit_end').click();
	await atCode(terminal);
	await untilOut(bernd);
	await signInByCode(town.admin, terminal);
	await terminal.chatRow(BERND.name).waitFor();
	const chats = await terminal.page.locator('main').innerText();
	expect(chats).not.toContain(ANNA.name);
	await terminal.page.reload();
	await expectNothingLeft();
});

test('nobody there: it counts down, goes on for whoever stays, and ends', async () => {
	await terminal.page.clock.install();
	await signInByCode(bernd, terminal);
	await terminal.openChat(ANNA.name);
	await terminal.page.clock.runFor(3 * 60_000 - 20_000);
	await terminal.heading('terminals_countdown_title').waitFor();
	await check(terminal.page, 'countdown');
	await terminal.button('terminals_countdown_stay').click();
	await terminal.heading('terminals_countdown_title').waitFor({ state: 'detached' });
	await terminal.page.clock.runFor(3 * 60_000 + 1_000);
	await terminal.page.clock.resume();
	await terminal.page.getByText(terminal.word('terminals_ended_idle')).first().waitFor();
	await expectNothingLeft();
	await untilOut(bernd);
});

test('a closed tab and a killed browser end it too', async () => {
	await signInByCode(bernd, terminal);
	await terminal.openChat(ANNA.name);
	await terminal.message(canaries.received).waitFor();
	const context = terminal.page.context();
	const next = await sitDown(context, TERMINAL);
	await terminal.page.close();
	await untilOut(bernd);
	terminal = next;
	await terminal.page.goto(`${town.server.origin}/`);
	await expectNothingLeft();

	await signInByCode(bernd, terminal);
	await terminal.openChat(ANNA.name);
	await terminal.composer(ANNA.name).fill(canaries.second);
	await expect.poll(draftsKept).toBe(1);
	const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
	await profile.kill();
	await closed;
	expect(await findResidue(profile.folder, Object.values(canaries))).toEqual([]);
	await untilOut(bernd);
	await bernd.openChat(ANNA.name);
	await expect.poll(() => bernd.composer(ANNA.name).innerText()).toBe(canaries.second);
	await expect.poll(draftsKept).toBe(0);
	await startTerminal();
	await expectNothingLeft();
});
