/** What a screen has to be for everybody: axe finds nothing, in light and dark, and nothing is too wide. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** WCAG 1.4.10: this narrow, nothing may need scrolling sideways. */
const NARROWEST = { width: 320, height: 640 };

/** What another theme can break: colours only. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

async function findings(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
	await page.emulateMedia({ colorScheme: theme });
	const axe = new AxeBuilder({ page });
	const { violations } = await (
		theme === 'light' ? axe.withTags(TAGS) : axe.withRules(COLOURS)
	).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`)
	);
}

/** Checks a screen in both themes and for sideways scrolling at the narrowest width. */
export async function check(page: Page, screen: string): Promise<void> {
	for (const theme of ['light', 'dark'] as const) {
		expect(await findings(page, theme), `${screen}, ${theme}`).toEqual([]);
	}
	const size = page.viewportSize();
	await page.setViewportSize(NARROWEST);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(wide, `${screen} at 320 px is wider than the window`).toBeLessThanOrEqual(0);
	if (size) await page.setViewportSize(size);
}
