/** A link inside the app, followed as a press on it would; the page is not loaded anew. */
import type { Page } from 'playwright-core';

/**
 * Resolves once the router has arrived, also where the page is the same: until then, what is opened there may be closed
 * again.
 */
export async function followLink(page: Page, path: string): Promise<void> {
	const follow = page.evaluate(async (href) => {
		const arrived = new Promise<void>((resolve) => {
			const patience = setTimeout(resolve, 5_000);
			for (const name of ['pushState', 'replaceState'] as const) {
				const original = history[name];
				history[name] = (...entry) => {
					original.apply(history, entry);
					if (location.pathname !== href) return;
					history[name] = original;
					clearTimeout(patience);
					// The router shows the page right after.
					setTimeout(resolve, 30);
				};
			}
		});
		const link = document.createElement('a');
		link.href = href;
		document.body.append(link);
		link.click();
		link.remove();
		await arrived;
	}, path);
	// A page that is loaded anew on the way never says so.
	await follow.catch(() => undefined);
	await page.waitForURL(({ pathname }) => pathname === path, { waitUntil: 'commit' });
}
