/**
 * The same history comes to a real browser that is linked: when the newest messages can be read, when everything is
 * there, what is shown meanwhile, and for how long the page answers nobody. The person's old device is headless.
 */
import type { Page } from 'playwright-core';
import { launchChromium, openContext } from '#tests/e2e/harness/chromium.ts';
import { sitDown } from '#tests/e2e/harness/colleague.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import type { Report } from './run.ts';
import { round } from './samples.ts';

const LONGEST = 30 * 60_000;
/** Milliseconds between two looks of the page at itself. */
const LOOK = 200;
/** Milliseconds from which on a task is felt. */
const FELT = 200;

interface Watched {
	tasks: number[];
	/** What the progress said, each once. */
	shown: string[];
	/** Most memory of the page's own JavaScript, in bytes; the engine's is not part of it. */
	memory: number;
}

/** Has the page look at itself from now on. */
const watch = (page: Page) =>
	page.evaluateHandle(
		([every]) => {
			const seen: Watched = { tasks: [], shown: [], memory: 0 };
			new PerformanceObserver((list) => {
				for (const { duration } of list.getEntries()) seen.tasks.push(duration);
			}).observe({ type: 'longtask', buffered: true });
			setInterval(() => {
				const text = document.querySelector('.tabular')?.textContent.trim();
				if (text && seen.shown.at(-1) !== text) seen.shown.push(text);
				const { memory } = performance as { memory?: { usedJSHeapSize: number } };
				seen.memory = Math.max(seen.memory, memory?.usedJSHeapSize ?? 0);
			}, every);
			return seen;
		},
		[LOOK] as const
	);

/** `newest`: the last message of the chat with `writer`, which the old device has as all others. */
export async function linkBrowser(
	reader: Colleague,
	{ origin, writer, newest }: { origin: string; writer: string; newest: string },
	report: Report
): Promise<void> {
	// A chat opens where the person had read to: here, to its end.
	const conversation = await reader.chatWith(writer);
	const seq = (await reader.messages(conversation, 1)).at(-1)?.seq ?? 0;
	await reader.call('markRead', { conversation, seq });
	const browser = await launchChromium();
	try {
		const context = await openContext(browser, 'desktop');
		const fresh = await sitDown(context, reader.name);
		const { page } = fresh;
		page.setDefaultTimeout(LONGEST);
		await page.goto(origin);
		await fresh.link('linking_welcome').click();
		await reader.call('startLinking', {
			offer: await page.locator('.shown strong').innerText()
		});
		await reader.until('linking', undefined, ({ at }) => at === 'compare', LONGEST);
		await reader.call('answerLinking', { isSame: true });
		// Other than under Node, stretching the PIN is part of it.
		await fresh.field('common_pin_new').waitFor();
		const begun = performance.now();
		await fresh.choosePin();
		const watched = await watch(page);
		const put = (metric: string, value: number, unit: string): void =>
			report({ metric: `browser-${metric}`, value: round(value), unit, n: 1 });
		const since = (): number => (performance.now() - begun) / 1000;
		await fresh.enter();
		await fresh.chatRow(writer).waitFor();
		put('list-of-chats', since(), 's');
		await fresh.chatRow(writer).click();
		await fresh.message(newest).waitFor();
		put('newest-messages', since(), 's');
		const isDone = ([mark]: readonly [string]): boolean => {
			const shown = document.querySelector('.tabular')?.textContent ?? '';
			return shown === '' && document.body.textContent.includes(mark);
		};
		// Nothing is shown for a moment before the history begins.
		await page.locator('.tabular').waitFor();
		await page.waitForFunction(isDone, [writer] as const, { polling: LOOK });
		put('everything', since(), 's');
		const { tasks, shown, memory } = await watched.jsonValue();
		put('longest-task', Math.max(0, ...tasks), 'ms');
		put('felt-tasks', tasks.filter((millis) => millis > FELT).length, 'tasks');
		put('progress-shown', shown.length, 'texts');
		put('page-memory', memory / 2 ** 20, 'MiB');
		console.error(`${shown[0]} … ${shown.at(-1)}`);
	} finally {
		await browser.close();
	}
}
