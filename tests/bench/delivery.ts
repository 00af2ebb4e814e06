/**
 * Send-to-shown latency between two real browsers: from the press of the button in one to the text in the
 * document of the other, through two engines, two encryptions and the server. Both read one machine's clock.
 */
import { BERND, openTown } from '#tests/e2e/harness/town.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const WARM_UP = 10;
const MESSAGES = 200;

declare global {
	interface Window {
		/** Time at which each text first stood in the document (ms). */
		shown?: Map<string, number>;
		/** Time of the last press of a button (ms). */
		pressed?: number;
	}
}

/** Functions in here have no names: the bench's compiler would refer to a helper that the page doesn't have. */
const watchDocument = (): void => {
	window.shown = new Map<string, number>();
	new MutationObserver(() => {
		for (const match of document.body.textContent.matchAll(/Nachricht Nummer (\d+)!/g)) {
			const at = performance.timeOrigin + performance.now();
			if (!window.shown?.has(match[1] ?? '')) window.shown?.set(match[1] ?? '', at);
		}
	}).observe(document.body, { subtree: true, childList: true, characterData: true });
	document.addEventListener(
		'click',
		() => (window.pressed = performance.timeOrigin + performance.now()),
		{ capture: true }
	);
};

export async function run(report: Report): Promise<void> {
	const town = await openTown();
	try {
		const { admin } = town;
		const bernd = await town.welcome(BERND, { size: 'desktop' });
		await admin.startChat(BERND.name);
		await admin.send('Los geht es');
		await bernd.openChat(admin.name);
		await bernd.message('Los geht es').waitFor();
		await admin.page.evaluate(watchDocument);
		await bernd.page.evaluate(watchDocument);
		const waits: number[] = [];
		for (let number = 0; number < WARM_UP + MESSAGES; number += 1) {
			await admin.composer(BERND.name).fill(`Nachricht Nummer ${number}!`);
			await admin.button('conversations_send').click();
			const pressed = await admin.page.evaluate(() => window.pressed ?? 0);
			const shown = await bernd.page.waitForFunction(
				(name) => window.shown?.get(name),
				String(number),
				{ polling: 20 }
			);
			if (number >= WARM_UP) waits.push(((await shown.jsonValue()) as number) - pressed);
		}
		const n = waits.length;
		report({ metric: 'p50', value: round(percentile(waits, 0.5)), unit: 'ms', n });
		report({ metric: 'p99', value: round(percentile(waits, 0.99)), unit: 'ms', n });
	} finally {
		await town.close();
	}
}
