/**
 * Every screen is there for everybody: at phone and desktop size, in light and dark, narrow, zoomed and with
 * enlarged type. What a screen has to be is said in harness/accessible.ts, which screens there are in
 * harness/screens.ts.
 */
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, faultsOf } from './harness/accessible.ts';
import { DESKTOP, openContext, PHONE } from './harness/chromium.ts';
import { type Colleague, PIN, sitDown } from './harness/colleague.ts';
import { ADMIN_SCREENS } from './harness/admin-screens.ts';
import { SCREENS } from './harness/screens.ts';
import type { Screen, Seat } from './harness/ways.ts';
import { BERND, CLARA, type Town, openTown } from './harness/town.ts';
import type { Language } from './harness/words.ts';

const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const FIREFOX = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

let town: Town;
beforeAll(async () => {
	town = await openTown();
	await town.welcome(BERND);
});
afterAll(() => town?.close());

/** Opens a screen, looks at it, and closes what lies above its page. */
async function lookAt(screen: Screen, seat: Seat): Promise<void> {
	const { page } = seat.person;
	const above = page.getByRole('dialog').or(page.getByRole('menu'));
	try {
		await screen.open(seat);
		await check(page, screen.name, screen);
	} finally {
		for (let open = await above.count(); open > 0; open = await above.count()) {
			await page.keyboard.press('Escape');
			await expect.poll(() => above.count()).toBeLessThan(open);
		}
	}
}

/** Somebody new, in a browser of their own. */
const stranger = async (name: string, options: BrowserContextOptions = {}): Promise<Colleague> =>
	sitDown(await openContext(town.browser, 'phone', options), name);

const SEATS: [size: 'phone' | 'desktop', language: Language][] = [
	['phone', 'de'],
	['desktop', 'en']
];
const seats: Seat[] = [];

describe.each(SEATS)('%s, %s', (size, language) => {
	const name = `${CLARA.name} ${size}`;
	let seat: Seat;

	beforeAll(async () => {
		const locale = language === 'de' ? 'de-DE' : 'en-GB';
		const context = await openContext(town.browser, size, { locale });
		const person = await sitDown(context, name, language);
		seat = { person, partner: BERND.name, group: `Gruppe ${size}` };
		seats.push(seat);
	});

	test('before joining: welcome, refused link, invitation, PIN, done', async () => {
		const { person } = seat;
		const { page } = person;
		await page.goto(town.server.origin);
		await person.heading('welcome_title').waitFor();
		await expect.poll(() => page.getAttribute('html', 'lang')).toBe(language);
		await check(page, 'welcome');
		await person.button('welcome_have_link').click();
		await person.field('join_paste_label').waitFor();
		await check(page, 'welcome, with a link to paste');
		await page.goto(`${town.server.origin}/wiederherstellen`);
		await person.heading('recovery_ways_title').waitFor();
		await check(page, 'ways back in');
		await page.goto(`${town.server.origin}/join#AAAAAAAAAAAAAAAAAAAAAA`);
		await person.heading('join_unknown_title').waitFor();
		await check(page, 'refused');
		await page.goto('about:blank');
		await page.goto(await town.admin.invite({ name, department: 'Jugendhaus' }));
		await person.button('common_continue').waitFor();
		await check(page, 'invitation');
		await person.button('common_continue').click();
		await person.field('common_pin_new').waitFor();
		await check(page, 'PIN');
		await person.button('join_finish').click();
		await check(page, 'PIN with faults');
		await person.choosePin();
		await person.heading('join_done').waitFor();
		await check(page, 'done');
		await person.enter();
	});

	test.each(SCREENS)('$name', (screen) => lookAt(screen, seat));
});

describe.each([
	['phone', PHONE],
	['desktop', DESKTOP]
] as const)('administration, %s', (name, size) => {
	/** Nobody has looked at anything on their device so long that it locked. */
	const partner = `Greta Busch ${name}`;
	beforeAll(async () => {
		await town.welcome({ name: partner });
		await town.admin.page.setViewportSize(size);
	});

	test.each(ADMIN_SCREENS)('$name', (screen) =>
		lookAt(screen, { person: town.admin, partner, group: '' })
	);
});

test('a browser without what is needed', async () => {
	const person = await stranger('Unfähig');
	await person.page.addInitScript(() => Reflect.deleteProperty(globalThis, 'indexedDB'));
	await person.page.goto(town.server.origin);
	await person.heading('session_unsupported_title').waitFor();
	await check(person.page, 'unsupported');
});

test('a browser that has lost the key', async () => {
	const person = await stranger('Übrig');
	await person.page.goto(`${town.server.origin}/manifest.webmanifest`);
	await person.page.evaluate(
		() => new Promise((made) => (indexedDB.open('dienstweg').onsuccess = made))
	);
	await person.page.goto(town.server.origin);
	await person.heading('remnant_title').waitFor();
	await check(person.page, 'remnant');
});

test('an iPhone: the home screen first; a device that is revoked', async () => {
	const person = await stranger('Ida Apfel', { userAgent: IPHONE });
	await person.openInvitation(await town.admin.invite({ name: person.name }));
	await person.heading('install_first_title').waitFor();
	await check(person.page, 'install first');
	await person.button('install_first_skip').click();
	await person.choosePin();
	await person.enter();

	const admin = town.admin;
	await admin.go('/verwaltung/personen');
	await admin.page.getByRole('button').filter({ hasText: person.name }).click();
	await admin.page.getByRole('button', { name: /iPhone/ }).click();
	const revoke = admin.word('devices_revoke');
	await admin.page.getByRole('menuitem', { name: revoke, exact: true }).click();
	const question = admin.page.getByRole('dialog').last();
	await question.getByRole('heading').waitFor();
	await check(admin.page, 'revoke a device');
	await question.getByRole('button', { name: revoke, exact: true }).click();
	await person.heading('session_revoked_title').waitFor();
	await check(person.page, 'revoked');
});

test('Firefox on Android: pictured steps; everything wiped', async () => {
	const person = await stranger('Frieda Fuchs', { userAgent: FIREFOX });
	await person.openInvitation(await town.admin.invite({ name: person.name }));
	await person.choosePin(PIN);
	await person.heading('install_title').waitFor();
	await check(person.page, 'done, with steps to install');
	await person.enter();
	await person.go('/mehr');
	await person.button('settings_wipe').click();
	await person.button('settings_wipe_button').click();
	await person.heading('session_wiped_title').waitFor();
	await check(person.page, 'wiped');
});

test.each([
	['too wide', 'main .content', 'div', 'width: 900px; height: 1px', /scrolls sideways by/],
	['cut off', 'main .card', 'div', 'width: 900px; height: 1px', /sticks out by/],
	['too small', 'main .content', 'button', 'width: 30px; height: 60px', /is 30 x 60 px/],
	['out of reach', '.bar', 'button', 'position: fixed; top: 790px; height: 60px', /out of reach/]
] as const)('a mistake is found: %s', async (_, place, tag, style, fault) => {
	const { page } = town.admin;
	await town.admin.go('/mehr');
	await page.locator(place).first().waitFor();
	await page.evaluate(
		([where, name, css]) => {
			const mistake = document.createElement(name);
			mistake.id = 'mistake';
			mistake.style.cssText = css;
			document.querySelector(where)?.append(mistake);
		},
		[place, tag, style] as const
	);
	await expect.poll(() => faultsOf(page)).toContainEqual(expect.stringMatching(fault));
	await page.evaluate(() => document.querySelector('#mistake')?.remove());
});

test('without reception every page says so, once', async () => {
	const pages = ['/', '/neu', '/adressbuch', '/mehr', '/mehr/geraete', '/mehr/ueber'];
	const administration = ['/verwaltung', '/verwaltung/personen'];
	for (const { person } of seats) {
		if (await person.heading('lock_title').isVisible()) await person.unlock();
		await person.openChats();
	}
	await town.server.stop();
	const everybody = [...seats, { person: town.admin, partner: BERND.name, group: '' }];
	for (const { person, group } of everybody) {
		const bar = person.page
			.getByRole('status')
			.filter({ hasText: person.word('conversations_offline') });
		const isAdmin = person === town.admin;
		for (const path of isAdmin ? [...pages, ...administration] : pages) {
			await person.go(path);
			await person.page.getByRole('heading').first().waitFor();
			await bar.first().waitFor();
			await expect.poll(() => bar.count(), { message: `${path} says so` }).toBe(1);
		}
		await check(person.page, 'a page without reception');
		if (isAdmin) continue;
		await person.openChat(group);
		await bar.waitFor();
		await check(person.page, 'chat without reception');
		await person.go(`${new URL(person.page.url()).pathname}/info`);
		await bar.waitFor();
		await check(person.page, 'group without reception');
	}
});
