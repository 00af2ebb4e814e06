/**
 * What a smoke test needs of any browser: find by the name that people see, press, type, read. Firefox is driven
 * over BiDi, WebKitGTK over WebDriver; both know XPath, so that is what names are looked up with.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface PlainBrowser {
	open(url: string): Promise<void>;
	/** Whether a visible element matches. */
	has(xpath: string): Promise<boolean>;
	click(xpath: string): Promise<void>;
	type(xpath: string, text: string): Promise<void>;
	/** Resolves once the app's own files are on disk. */
	shellKept(): Promise<void>;
	/** Everything readable on the page. */
	text(): Promise<string>;
	close(): Promise<void>;
}

const LONGEST_WAIT = 60_000;

const quoted = (name: string): string =>
	`concat(${name
		.split('"')
		.map((part) => `"${part}"`)
		.join(`, '"', `)}, "")`;

/** A button or link with this name. */
export const button = (name: string): string => {
	const text = quoted(name);
	return `//*[self::button or self::a][normalize-space()=${text} or @aria-label=${text}]`;
};

/** A field with this label. */
export const field = (label: string): string => {
	const text = quoted(label);
	return `//*[@id=//label[normalize-space()=${text}]/@for or @aria-label=${text}]`;
};

/** Waits until something is there; throws with the page's text if it never is. */
export async function waitFor(browser: PlainBrowser, xpath: string): Promise<void> {
	for (const until = Date.now() + LONGEST_WAIT; Date.now() < until; await sleep(100)) {
		if (await browser.has(xpath)) return;
	}
	throw new Error(`${xpath} did not appear on:\n${await browser.text()}`);
}

/** Waits for a text anywhere on the page. */
export async function waitForText(browser: PlainBrowser, wanted: string): Promise<void> {
	for (const until = Date.now() + LONGEST_WAIT; Date.now() < until; await sleep(100)) {
		if ((await browser.text()).includes(wanted)) return;
	}
	throw new Error(`"${wanted}" did not appear on:\n${await browser.text()}`);
}

/** Waits for something and presses it; once more where something else took its place between the two. */
export async function press(browser: PlainBrowser, xpath: string): Promise<void> {
	for (const until = Date.now() + LONGEST_WAIT; ; await sleep(100)) {
		await waitFor(browser, xpath);
		try {
			return await browser.click(xpath);
		} catch (error) {
			if (Date.now() > until) throw error;
		}
	}
}

/** Waits for a field and types into it. */
export async function fill(browser: PlainBrowser, xpath: string, text: string): Promise<void> {
	await waitFor(browser, xpath);
	await browser.type(xpath, text);
}
