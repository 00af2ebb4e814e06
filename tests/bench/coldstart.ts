/**
 * Cold start of the app in a real browser with a history on the device: from opening the address to the lock
 * screen, and from the PIN to the list of chats. The history is real: written by headless colleagues, sealed,
 * sent, received and stored. The figures must not grow with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { makeProfile, type Profile } from '#tests/e2e/harness/chromium.ts';
import { PIN, sitDown } from '#tests/e2e/harness/colleague.ts';
import { joinFromLink } from '#tests/fixtures/colleagues.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { joinWriter } from './long-history.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const HISTORIES = [1000, 100_000];
const ROUNDS = 5;
const READER = 'Rita Leser';

/** Messages in the browser's own database. */
const countMessages = (page: Page): Promise<number> =>
	page.evaluate(async () => {
		let count = 0;
		for (const { name } of await indexedDB.databases()) {
			const database = await new Promise<IDBDatabase>((resolve, reject) => {
				const opening = indexedDB.open(name ?? '');
				opening.onsuccess = () => resolve(opening.result);
				opening.onerror = () => reject(new Error('not opened'));
			});
			if (database.objectStoreNames.contains('messages')) {
				count += await new Promise<number>((resolve, reject) => {
					const counting = database.transaction('messages').objectStore('messages').count();
					counting.onsuccess = () => resolve(counting.result);
					counting.onerror = () => reject(new Error('not counted'));
				});
			}
			database.close();
		}
		return count;
	});

/** Milliseconds from the address to the lock screen, and from the PIN to the first chat in the list. */
async function start(profile: Profile, origin: string): Promise<[number, number]> {
	const context = await profile.open();
	try {
		const reader = await sitDown(context, READER);
		const opened = performance.now();
		await reader.page.goto(origin);
		await reader.field('lock_pin').waitFor();
		const locked = performance.now();
		await reader.field('lock_pin').fill(PIN);
		const entered = performance.now();
		await reader.button('lock_open').click();
		await reader.chatRow('Writer').waitFor({ timeout: 120_000 });
		return [locked - opened, performance.now() - entered];
	} finally {
		await context.close();
	}
}

export async function run(report: Report): Promise<void> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	const profile = await makeProfile();
	try {
		const admin = await joinFromLink('Anna Weber', await server.firstLink());
		const invite = async (displayName: string): Promise<string> => {
			const details = { displayName, department: '', functionTitle: '', phone: '', email: '' };
			const input = { details, role: 'member' as const, validHours: 24 };
			return (await admin.call('createInvitation', input)).link;
		};
		const context = await profile.open();
		const reader = await sitDown(context, READER);
		await reader.join(await invite(READER));
		await context.close();

		let received = 0;
		for (const history of HISTORIES) {
			const writer = await joinWriter(server, await invite(`Writer ${history}`), '');
			await writer.write(await writer.find(READER), history - received);
			received = history;
			// The browser takes it all in before anything is measured.
			const catching = await profile.open();
			const receiving = await sitDown(catching, READER);
			await receiving.comeBack(server.origin);
			const from = performance.now();
			while ((await countMessages(receiving.page)) < history) await sleep(500);
			report({
				metric: `receive@${history}`,
				value: round(performance.now() - from),
				unit: 'ms',
				n: history
			});
			await catching.close();

			const locks: number[] = [];
			const lists: number[] = [];
			for (let at = 0; at < ROUNDS; at += 1) {
				const [lock, list] = await start(profile, server.origin);
				locks.push(lock);
				lists.push(list);
			}
			const sums = locks.map((lock, at) => lock + (lists[at] ?? 0));
			const put = (metric: string, values: number[]) =>
				report({
					metric: `${metric}@${history}`,
					value: round(percentile(values, 0.5)),
					unit: 'ms',
					n: values.length
				});
			put('lock-screen', locks);
			put('list-after-pin', lists);
			put('readable', sums);
		}
	} finally {
		await profile.remove();
		await server.close();
	}
}
