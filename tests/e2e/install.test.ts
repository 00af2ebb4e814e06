/** The app is installable, and starts in a window of its own with everything that was there. */
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Profile, makeProfile, openContext } from './harness/chromium.ts';
import { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

let town: Town;
let profile: Profile;
let bernd: Colleague;
let cdp: CDPSession;

beforeAll(async () => {
	town = await openTown();
	profile = await makeProfile();
	const context = await profile.open(
		{ args: ['--bypass-app-banner-engagement-checks'] },
		// A viewport of Playwright's makes every window an ordinary tab.
		{ viewport: null }
	);
	bernd = await town.welcome(BERND, { context });
	cdp = await context.newCDPSession(bernd.page);
});

afterAll(async () => {
	await bernd?.page.context().close();
	await town?.close();
	await profile?.remove();
});

test('the browser finds nothing in the way of installing', async () => {
	const { installabilityErrors } = (await cdp.send('Page.getInstallabilityErrors')) as {
		installabilityErrors: { errorId: string }[];
	};
	expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
	const { errors } = await cdp.send('Page.getAppManifest');
	expect(errors).toEqual([]);
});

test('what the browser says of the app is in its own language, once the service worker serves too', async () => {
	for (const [locale, lang] of [
		['de-DE', 'de'],
		['en-GB', 'en']
	] as const) {
		const context = await openContext(town.browser, 'phone', { locale });
		const page = await context.newPage();
		await page.goto(town.server.origin);
		await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
		await page.reload();
		expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
		const session = await context.newCDPSession(page);
		const { data } = await session.send('Page.getAppManifest');
		expect(JSON.parse(data ?? '')).toMatchObject({ id: '/', lang });
		await context.close();
	}
});

test('installed, it starts in a window of its own, with everything that was there', async () => {
	await town.admin.startChat(BERND.name);
	await town.admin.send('Vor der Installation');
	await bernd.chatRow(ANNA.name).waitFor();
	const context = bernd.page.context();
	const manifestId = new URL('/', town.server.origin).href;
	// Playwright's types know nothing of this part of the protocol.
	const pwa = (method: string, parameters: object): Promise<unknown> =>
		cdp.send(`PWA.${method}` as 'Page.enable', { manifestId, ...parameters } as never);
	await pwa('install', { installUrlOrBundleUrl: manifestId });
	await pwa('changeAppUserSettings', { displayMode: 'standalone' });
	await pwa('launch', {});
	const isStandalone = (page: Page): Promise<boolean> =>
		page.evaluate(() => matchMedia('(display-mode: standalone)').matches);
	await expect
		.poll(async () => (await Promise.all(context.pages().map(isStandalone))).filter(Boolean).length)
		.toBe(1);
	const modes = await Promise.all(context.pages().map(isStandalone));
	const window = context.pages()[modes.indexOf(true)];
	await bernd.page.close();
	if (!window) throw new Error('The window of the app is gone');
	await new Colleague(window, BERND.name).chatRow(ANNA.name).waitFor();
	expect(await window.getByText('Vor der Installation').first().isVisible()).toBe(true);
});
