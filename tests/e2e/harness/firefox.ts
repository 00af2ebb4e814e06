/** Firefox, driven over WebDriver BiDi. */
import puppeteer from 'puppeteer-core';
import { programIn } from './equipment.ts';
import type { PlainBrowser } from './plain-browser.ts';

export async function launchFirefox(): Promise<PlainBrowser> {
	const browser = await puppeteer.launch({
		browser: 'firefox',
		executablePath: programIn('FIREFOX_PATH'),
		headless: true,
		extraPrefsFirefox: { 'intl.accept_languages': 'de-DE, de', 'ui.prefersReducedMotion': 1 }
	});
	const page = await browser.newPage();
	const at = (xpath: string): string => `::-p-xpath(${xpath})`;

	return {
		open: async (url) => void (await page.goto(url, { waitUntil: 'load' })),
		async has(xpath) {
			for (const element of await page.$$(at(xpath))) {
				if (await element.isVisible()) return true;
			}
			return false;
		},
		click: async (xpath) => (await page.waitForSelector(at(xpath), { visible: true }))?.click(),
		type: async (xpath, text) =>
			(await page.waitForSelector(at(xpath), { visible: true }))?.type(text),
		shellKept: () => page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined)),
		text: () => page.evaluate(() => document.body.innerText),
		close: () => browser.close()
	};
}
