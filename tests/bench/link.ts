/**
 * A history of 50,000 messages comes to a new device: from the moment that the server has let it in to the list of
 * chats, to the newest page of each, to everything. Both devices are headless at first; the server, the linking and all
 * encryption are those of the product, the store is the one in memory. Then the same in a browser.
 */
import { joinFromLink, type Colleague } from '#tests/fixtures/colleagues.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { linkBrowser } from './link-browser.ts';
import { joinWriter } from './long-history.ts';
import type { Report } from './run.ts';
import { round } from './samples.ts';

const CHATS = 10;
const MESSAGES = 50_000;
/** A screen full of messages and a half. */
const PAGE = 50;
const LONGEST = 30 * 60_000;

const invite = async (admin: Colleague, displayName: string): Promise<string> => {
	const details = { displayName, department: '', functionTitle: '', phone: '', email: '' };
	const input = { details, role: 'member' as const, validHours: 24 };
	return (await admin.call('createInvitation', input)).link;
};

export async function run(report: Report): Promise<void> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000' } });
	const reader = await joinFromLink('Rita Leser', await server.firstLink());
	try {
		const each = MESSAGES / CHATS;
		for (let at = 1; at <= CHATS; at++) {
			const writer = await joinWriter(server, await invite(reader, `Writer ${at}`), `Writer ${at}`);
			await writer.write(await writer.find('Rita Leser'), each);
		}
		await reader.openApp();
		const hasAll = (all: readonly { unread: number }[]): boolean =>
			all.length === CHATS && all.every(({ unread }) => unread >= Math.min(each, 900));
		await reader.until('conversations', undefined, hasAll, LONGEST);
		await reader.until('status', undefined, ({ caughtUp }) => caughtUp, LONGEST);

		let begun = 0;
		const phone = await reader.addDevice(undefined, (transport) => ({
			...transport,
			entering: {
				...transport.entering,
				async enter(input) {
					const me = await transport.entering.enter(input);
					begun = performance.now();
					return me;
				}
			}
		}));
		const measure = async (metric: string, done: Promise<unknown>): Promise<void> => {
			await done;
			const value = round((performance.now() - begun) / 1000);
			report({ metric, value, unit: 's', n: 1 });
		};
		await measure(
			'list-of-chats',
			phone.until('conversations', undefined, (all) => all.length === CHATS, LONGEST)
		);
		const chats = await phone.until('conversations', undefined, () => true);
		const pages = chats.map(({ id: conversation }) =>
			phone.until(
				'messages',
				{ conversation, around: 'newest', count: PAGE },
				({ messages }) => messages.filter(({ kind }) => kind === 'text').length >= PAGE - 2,
				LONGEST
			)
		);
		await measure('newest-pages', Promise.all(pages));
		const complete = phone.until(
			'history',
			undefined,
			({ isComplete, done }) => isComplete && done >= MESSAGES,
			LONGEST
		);
		await measure('everything', complete);
		const millis = performance.now() - begun;
		report({ metric: 'per-message', value: round(millis / MESSAGES), unit: 'ms', n: MESSAGES });
		await phone.leaveApp();
		const newest = `Zeile ${each - 1}: Die Straße ist wieder frei.`;
		await linkBrowser(reader, { origin: server.origin, writer: `Writer ${CHATS}`, newest }, report);
	} finally {
		await reader.leaveApp();
		await server.close();
	}
}
