/** Lighthouse, as on a mobile phone, over the page that an invitation's link opens. Scores from 0 to 100. */
import { launch } from 'puppeteer-core';
import lighthouse from 'lighthouse';
import { programIn } from '#tests/e2e/harness/equipment.ts';
import { startServer } from '#tests/fixtures/server.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const ROUNDS = 3;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const TIMES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'];

export async function run(report: Report): Promise<void> {
	const server = await startServer();
	const browser = await launch({
		executablePath: programIn('CHROMIUM_PATH'),
		args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
	});
	const scores = new Map<string, number[]>();
	const times = new Map<string, number[]>();
	const add = (to: Map<string, number[]>, name: string, value: number) =>
		to.set(name, [...(to.get(name) ?? []), value]);
	try {
		for (let at = 0; at < ROUNDS; at += 1) {
			const page = await browser.newPage();
			const result = await lighthouse(
				await server.firstLink(),
				{ onlyCategories: CATEGORIES, logLevel: 'error' },
				undefined,
				page
			);
			if (!result) throw new Error('Lighthouse measured nothing');
			for (const name of CATEGORIES) {
				add(scores, name, (result.lhr.categories[name]?.score ?? 0) * 100);
			}
			for (const name of TIMES) add(times, name, result.lhr.audits[name]?.numericValue ?? 0);
			await page.close();
		}
	} finally {
		await browser.close();
		await server.close();
	}
	for (const [metric, values] of scores) {
		report({ metric, value: round(percentile(values, 0.5)), unit: 'score', n: values.length });
	}
	for (const [metric, values] of times) {
		report({ metric, value: round(percentile(values, 0.5)), unit: 'ms', n: values.length });
	}
}
