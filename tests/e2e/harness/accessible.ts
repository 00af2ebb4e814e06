/**
 * What a screen has to be for everybody: axe finds nothing, in light and dark; nothing is cut off in a narrow
 * window, an enlarged page or with enlarged type; whatever can be pressed is large enough to be hit.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESKTOP, PHONE } from './chromium.ts';
import { findCutOff, findTooSmall, SWIPED } from './layout.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is seen each time is wrong; each takes some seconds. */
const MOST_LOOKS = 4;

/** What another theme can break: colours only. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** Windows in which nothing may be cut off or need scrolling sideways; `type` as set for the whole page. */
const WINDOWS = [
	{ name: '320 px wide (WCAG 1.4.10)', size: { width: 320, height: 640 }, type: '' },
	{ name: 'zoomed to 200 %', size: { width: 640, height: 400 }, type: '' },
	{ name: 'phone, type at 200 % (WCAG 1.4.4)', size: PHONE, type: '200%' },
	{ name: 'desktop, type at 200 % (WCAG 1.4.4)', size: DESKTOP, type: '200%' }
];

async function findings(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
	await page.emulateMedia({ colorScheme: theme });
	const axe = new AxeBuilder({ page });
	const { violations } = await (
		theme === 'light' ? axe.withTags(TAGS) : axe.withRules(COLOURS)
	).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(
			({ target, failureSummary }) => `${theme}: ${id} at ${target.join(' ')}: ${failureSummary}`
		)
	);
}

/** What is cut off in a window; the page has had the time to settle in it. */
async function cutOffIn(page: Page, { name, type }: { name: string; type: string }) {
	await page.evaluate(async (size) => {
		document.documentElement.style.fontSize = size;
		for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
	}, type);
	return (await page.evaluate(findCutOff, SWIPED)).map((fault) => `${name}: ${fault}`);
}

export interface CheckOptions {
	/** Closes when the window changes its size: looked at in the present one alone. */
	closesOnResize?: boolean;
}

/** Everything that is wrong with the screen that is open. Leaves the window as it was. */
export async function faultsOf(
	page: Page,
	{ closesOnResize = false }: CheckOptions = {}
): Promise<string[]> {
	const faults = [
		...(await findings(page, 'light')),
		...(await findings(page, 'dark')),
		...(await page.evaluate(findTooSmall)),
		...(await cutOffIn(page, { name: 'as it is', type: '' }))
	];
	const before = page.viewportSize();
	if (closesOnResize || !before) return faults;
	for (const window of WINDOWS) {
		await page.setViewportSize(window.size);
		faults.push(...(await cutOffIn(page, window)));
	}
	await page.setViewportSize(before);
	await cutOffIn(page, { name: 'as it was', type: '' });
	return faults;
}

/** Fails with everything that is, and stays, wrong with the screen that is open: it may still be on its way. */
export async function check(page: Page, screen: string, options?: CheckOptions): Promise<void> {
	let faults = await faultsOf(page, options);
	for (let looks = 1; looks < MOST_LOOKS && faults.length > 0; looks += 1)
		faults = await faultsOf(page, options);
	expect(faults, `what is wrong with: ${screen}`).toEqual([]);
}
