/** How people are led to install: by the browser's own offer, on iPhones before anything is set up, in Firefox by hand. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, PIN, sitDown } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';
import { word } from './harness/words.ts';

const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const FIREFOX = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

let town: Town;
beforeAll(async () => {
	town = await openTown();
});
afterAll(() => town?.close());

/** Somebody at a phone that says it is this browser. */
async function sitAtPhone(name: string, userAgent?: string): Promise<Colleague> {
	const context = await openContext(town.browser, 'phone', userAgent ? { userAgent } : {});
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	return sitDown(context, name);
}

/** The app on an iPhone's home screen: it has storage of its own, and a window without an address. */
async function sitInApp(name: string): Promise<Colleague> {
	const app = await sitAtPhone(name, IPHONE);
	await app.page.addInitScript(() => {
		const ask = matchMedia.bind(globalThis);
		globalThis.matchMedia = (query) => ask(query === '(display-mode: standalone)' ? 'all' : query);
	});
	await app.page.goto(town.server.origin);
	return app;
}

/**
 * What Chromium says once it finds the app worth installing; `outcome` is what is pressed in its dialog.
 * Resolves to whether the app keeps the offer for later.
 */
const offer = (page: Page, outcome: 'accepted' | 'dismissed'): Promise<boolean> =>
	page.evaluate((answer) => {
		const { dataset } = document.documentElement;
		const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
			prompt: () => {
				dataset['asked'] = `${dataset['asked'] ?? ''}x`;
				return Promise.resolve({ outcome: answer });
			}
		});
		dispatchEvent(event);
		return event.defaultPrevented;
	}, outcome);

/** How often the browser's dialog has come. */
const timesAsked = (page: Page): Promise<number> =>
	page.evaluate(() => document.documentElement.dataset['asked']?.length ?? 0);

const row = (person: Colleague): Locator =>
	person.page.getByRole('button').filter({ hasText: person.word('install_row') });

async function setUp(person: Colleague): Promise<void> {
	await person.openInvitation(await town.admin.invite({ name: person.name }));
	await person.choosePin();
	await person.heading('join_done').waitFor();
}

test('installing is offered when all is set up; put off, it stays in the settings until it is refused', async () => {
	const bernd = await sitAtPhone(BERND.name);
	await setUp(bernd);
	await expect.poll(() => bernd.heading('install_title').count()).toBe(0);
	expect(await offer(bernd.page, 'dismissed')).toBe(true);
	await bernd.heading('install_title').waitFor();
	await bernd.button('install_later').click();
	await bernd.atChats();
	expect(await timesAsked(bernd.page)).toBe(0);

	await bernd.go('/mehr');
	await row(bernd).click();
	await row(bernd).waitFor({ state: 'detached' });
	expect(await timesAsked(bernd.page)).toBe(1);
});

test('who installs is asked once and led into the app', async () => {
	const clara = await sitAtPhone(CLARA.name);
	await setUp(clara);
	await offer(clara.page, 'accepted');
	await clara.button('install_button').click();
	await clara.atChats();
	expect(await timesAsked(clara.page)).toBe(1);
	await clara.go('/mehr');
	await clara.heading('settings_page').first().waitFor();
	await expect.poll(() => row(clara).count()).toBe(0);
});

test('on an iPhone the app goes to the home screen first, and takes the invitation along', async () => {
	let taps = 0;
	const tap = async (target: Locator): Promise<void> => {
		taps += 1;
		await target.tap();
	};
	const link = await town.admin.invite(DIETER);
	const safari = await sitAtPhone(DIETER.name, IPHONE);
	await safari.page.goto(link);
	await tap(safari.button('common_continue'));
	await safari.heading('install_first_title').waitFor();
	for (const step of ['install_ios_share', 'install_ios_add', 'install_ios_open']) {
		await safari.page.getByText(word(step)).first().waitFor();
	}
	await tap(safari.button('install_first_copy'));
	await safari.button('common_copied').waitFor();
	expect(await safari.page.evaluate(() => navigator.clipboard.readText())).toBe(link);

	const app = await sitInApp(DIETER.name);
	await tap(app.button('join_paste_from_clipboard'));
	await tap(app.button('common_continue'));
	await app.field('common_pin_new').fill(PIN);
	await tap(app.field('common_pin_repeat'));
	await app.page.keyboard.type(PIN);
	await tap(app.button('join_finish'));
	await app.heading('join_done').waitFor();
	await tap(app.button('join_open'));
	await app.atChats();
	// Four more are Safari's own: share, the entry, add, and the icon. Eleven in all, says README.md.
	expect(taps).toBe(7);
});

test('who wants no app on the iPhone goes on in Safari', async () => {
	const emine = await sitAtPhone(EMINE.name, IPHONE);
	await emine.openInvitation(await town.admin.invite(EMINE));
	await emine.button('install_first_skip').click();
	await emine.choosePin();
	await emine.enter();
});

test('IT’s link to restore access goes to the home screen first as well, and is taken along', async () => {
	const link = `${town.server.origin}/wiederherstellen#${'A'.repeat(43)}`;
	const safari = await sitAtPhone(DIETER.name, IPHONE);
	await safari.page.goto(link);
	await safari.heading('install_first_title').waitFor();
	await safari.button('install_first_copy_link').tap();
	await safari.button('common_copied').waitFor();
	expect(await safari.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
	await safari.button('install_first_skip').tap();
	await safari.page.getByText(safari.word('recovery_over_unknown_text')).first().waitFor();

	const app = await sitInApp(DIETER.name);
	await app.button('join_paste_from_clipboard').tap();
	// This one was never made; what counts is where it leads.
	await app.page.getByText(app.word('recovery_over_unknown_text')).first().waitFor();
	await expect.poll(() => app.page.url()).toBe(`${town.server.origin}/wiederherstellen?link`);
});

/** Safari on an iPhone, on the page of an invitation that leads nowhere: the field for a better link. */
async function sitAtDeadLink(name: string): Promise<Colleague> {
	const safari = await sitAtPhone(name, IPHONE);
	await safari.page.goto(`${town.server.origin}/join#${'A'.repeat(22)}`);
	await safari.heading('join_unknown_title').waitFor();
	await safari.button('welcome_have_link').tap();
	return safari;
}

test('on an iPhone a better invitation is pasted where one leads nowhere, and nothing else is taken', async () => {
	const name = 'Gerda Grün';
	const link = await town.admin.invite({ name });
	const safari = await sitAtDeadLink(name);
	await safari.field('join_paste_label').fill('https://example.org/join');
	await safari.button('join_paste_button').tap();
	await safari.page.getByText(word('join_paste_wrong')).first().waitFor();
	await safari.field('join_paste_label').fill(link);
	await safari.button('join_paste_button').tap();
	await safari.page.getByText(name).first().waitFor();
	await expect.poll(() => safari.page.url()).not.toContain(new URL(link).hash);
	await safari.button('common_continue').tap();
	await safari.heading('install_first_title').waitFor();
	// It is the pasted one that goes to the home screen.
	await safari.button('install_first_copy').tap();
	await safari.button('common_copied').waitFor();
	expect(await safari.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test('on an iPhone IT’s link to restore access is pasted there as well', async () => {
	const safari = await sitAtDeadLink('Hans Hell');
	const link = `${town.server.origin}/wiederherstellen#${'A'.repeat(43)}`;
	await safari.page.evaluate((text) => navigator.clipboard.writeText(text), link);
	await safari.button('join_paste_from_clipboard').tap();
	await safari.heading('install_first_title').waitFor();
	await safari.button('install_first_skip').tap();
	await safari.page.getByText(safari.word('recovery_over_unknown_text')).first().waitFor();
	await expect.poll(() => safari.page.url()).toBe(`${town.server.origin}/wiederherstellen?link`);
});

test('in Firefox on Android the steps are shown when all is set up', async () => {
	const person = await sitAtPhone('Ferdinand Fuchs', FIREFOX);
	await setUp(person);
	await person.heading('install_title').waitFor();
	for (const step of ['install_firefox_menu', 'install_firefox_add', 'install_firefox_open']) {
		await person.page.getByText(word(step)).first().waitFor();
	}
	await person.enter();
});
