/** The app is installable, and starts in a window of its own with everything that was there. */
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, type Profile, PHONE, makeProfile, openContext } from './harness/chromium.ts';
import { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

let town: Town;

beforeAll(async () => {
	town = await openTown();
});

afterAll(() => town?.close());

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

const SEATS = [
	{ size: 'phone', person: BERND, window: PHONE },
	{ size: 'desktop', person: CLARA, window: DESKTOP }
] as const;

describe.each(SEATS)('at the size of a $size', ({ size, person, window: { width, height } }) => {
	let profile: Profile;
	let colleague: Colleague;
	let cdp: CDPSession;

	beforeAll(async () => {
		profile = await makeProfile();
		const context = await profile.open(
			{ args: ['--bypass-app-banner-engagement-checks', `--window-size=${width},${height}`] },
			// A viewport of Playwright's makes every window an ordinary tab.
			{ viewport: null }
		);
		colleague = await town.welcome(person, { context });
		cdp = await context.newCDPSession(colleague.page);
	});

	afterAll(async () => {
		await colleague?.page.context().close();
		await profile?.remove();
	});

	test('the browser finds nothing in the way of installing', async () => {
		const findErrors = async () => {
			const { installabilityErrors } = (await cdp.send('Page.getInstallabilityErrors')) as {
				installabilityErrors: { errorId: string }[];
			};
			return installabilityErrors.map(({ errorId }) => errorId);
		};
		await expect.poll(findErrors).toEqual([]);
		const { errors } = await cdp.send('Page.getAppManifest');
		expect(errors).toEqual([]);
	});

	test('installed, it starts in a window of its own, with everything that was there', async () => {
		await town.admin.startChat(person.name);
		await town.admin.send('Vor der Installation');
		await colleague.chatRow(ANNA.name).waitFor();
		const context = colleague.page.context();
		const manifestId = new URL('/', town.server.origin).href;
		// Playwright's types know nothing of this part of the protocol.
		const pwa = (method: string, parameters: object): Promise<unknown> =>
			cdp.send(`PWA.${method}` as 'Page.enable', { manifestId, ...parameters } as never);
		await pwa('install', { installUrlOrBundleUrl: manifestId });
		await pwa('changeAppUserSettings', { displayMode: 'standalone' });
		await pwa('launch', {});
		const isStandalone = (page: Page): Promise<boolean> =>
			page.evaluate(() => matchMedia('(display-mode: standalone)').matches);
		const found: { app?: Page | undefined } = {};
		await expect
			.poll(async () => {
				const pages = context.pages();
				const modes = await Promise.all(pages.map(isStandalone));
				found.app = pages[modes.indexOf(true)];
				return modes.filter(Boolean).length;
			})
			.toBe(1);
		await colleague.page.close();
		const { app } = found;
		if (!app) throw new Error('The window of the app is gone');
		await new Colleague(app, person.name).chatRow(ANNA.name).waitFor();
		await expect.poll(() => app.getByText('Vor der Installation').first().isVisible()).toBe(true);
		// An ordinary browser's window is at least 500 px wide: narrower than where a second pane begins.
		const isWide = await app.evaluate(() => matchMedia('(min-width: 50rem)').matches);
		expect(isWide).toBe(size === 'desktop');
	});
});
