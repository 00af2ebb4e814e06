/** What is seen before the app has drawn anything: the ground in the right colour and the mark, never a white page. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, startServer } from '#tests/fixtures/server.ts';
import { PHONE, launchChromium, openContext } from './harness/chromium.ts';
import { word } from './harness/words.ts';

const GROUND = { light: 'rgb(243, 245, 246)', dark: 'rgb(14, 22, 24)' };
const MARK = { light: 'rgb(11, 93, 102)', dark: 'rgb(116, 200, 207)' };

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([startServer(), launchChromium()]);
});
afterAll(async () => {
	await browser?.close();
	await server?.close();
});

const splash = (page: Page): Locator => page.locator('#splash');

const ground = (page: Page): Promise<string> =>
	page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** Expects the mark, as large as it is to be, in the middle of the window. */
async function expectInTheMiddle(page: Page): Promise<void> {
	await splash(page).waitFor();
	expect(await splash(page).boundingBox()).toEqual({
		x: (PHONE.width - 96) / 2,
		y: (PHONE.height - 96) / 2,
		width: 96,
		height: 96
	});
}

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
	test.each(['/', '/join'])('%s before any script has run', async (route) => {
		const context = await openContext(browser, 'phone', { colorScheme });
		const page = await context.newPage();
		await page.route('**/*.js', (asked) => asked.abort());
		await page.goto(`${server.origin}${route}`);
		await expectInTheMiddle(page);
		expect(await ground(page)).toBe(GROUND[colorScheme]);
		expect(await splash(page).evaluate((mark) => getComputedStyle(mark).stroke)).toBe(
			MARK[colorScheme]
		);
		await context.close();
	});
});

test('a theme that somebody has chosen is there from the first paint on', async () => {
	const context = await openContext(browser, 'phone', { colorScheme: 'light' });
	const page = await context.newPage();
	await page.route('**/*.js', (asked) => asked.abort());
	await page.addInitScript(() => localStorage.setItem('dienstweg-theme', 'dark'));
	await page.goto(server.origin);
	await expectInTheMiddle(page);
	expect(await ground(page)).toBe(GROUND.dark);
	await context.close();
});

test('the mark stays while the app starts', async () => {
	const context = await openContext(browser, 'phone');
	const page = await context.newPage();
	// An engine that never answers.
	await page.addInitScript(() => {
		const silent = class {
			port = new MessageChannel().port1;
			addEventListener(): void {}
			postMessage(): void {}
			terminate(): void {}
		};
		Object.assign(globalThis, { SharedWorker: silent, Worker: silent });
	});
	await page.goto(server.origin);
	await page
		.getByRole('status')
		.filter({ hasText: word('session_starting') })
		.waitFor();
	await expectInTheMiddle(page);
	await context.close();
});

test.each(['/', '/join'])('on %s it goes with the first screen', async (route) => {
	const context = await openContext(browser, 'phone');
	const page = await context.newPage();
	await page.goto(`${server.origin}${route}`);
	await page.locator('#content h1:not(.sr-only)').waitFor();
	await expect.poll(() => splash(page).isVisible()).toBe(false);
	await context.close();
});

test('where scripts are switched off, the page says that it needs them', async () => {
	const context = await openContext(browser, 'phone', { javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(server.origin);
	// Playwright looks for no text in there.
	const text = page.locator('noscript p').first();
	await expect.poll(() => text.isVisible()).toBe(true);
	const { y = PHONE.height } = (await text.boundingBox()) ?? {};
	expect(y).toBeLessThan(PHONE.height / 2);
	await context.close();
});
