/** Where a chat stands as things grow and shrink: it stays with the newest, and only what was in view counts as read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const UNREAD = 25;
const TWO_LINES = 'Punkt, an dem so viel steht, dass er auf dem Telefon über zwei Zeilen geht.';
const ENOUGH = 20;

let town: Town;
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
	await town.admin.startChat(BERND.name);
	for (let number = 1; number <= ENOUGH; number++) await town.admin.send(`Meldung ${number}.`);
	// Whoever opens it before goes along with what comes.
	await town.admin.state(`Meldung ${ENOUGH}.`, 'delivered').waitFor();
	await bernd.openChat(ANNA.name);
	await bernd.message(`Meldung ${ENOUGH}.`).waitFor();
});
afterAll(() => town?.close());

const toNewest = (who: Colleague) => {
	const name = who.word('conversations_jump', { count: '' }).split(',')[0] ?? '';
	return who.page.getByRole('button', { name: new RegExp(`^${name}`) });
};

/** How many the button says that have not been in view. */
const countBelow = async (who: Colleague): Promise<number> => {
	const name = await toNewest(who).getAttribute('aria-label');
	return Number(/\d+/.exec(name ?? (await toNewest(who).innerText()))?.[0]);
};

const region = (who: Colleague) =>
	who.page.getByRole('region', { name: who.word('conversations_messages') });

/** Messages that reach into the view of the list. */
const textsInView = (who: Colleague) =>
	region(who).evaluate((list) => {
		const view = list.getBoundingClientRect();
		return [...list.querySelectorAll('[data-message]')]
			.filter((one) => {
				const { top, bottom } = one.getBoundingClientRect();
				return bottom > view.top + 1 && top < view.bottom - 1;
			})
			.map((one) => one.textContent ?? '');
	});

const distanceToEnd = (who: Colleague) =>
	region(who).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);

const staysWithNewest = async (who: Colleague, writer: Colleague, text: string) => {
	await expect.poll(() => distanceToEnd(who)).toBeLessThan(2);
	await expect.poll(() => toNewest(who).count()).toBe(0);
	await writer.send(text);
	await expect
		.poll(async () => (await textsInView(who)).some((found) => found.includes(text)))
		.toBe(true);
	await expect.poll(() => distanceToEnd(who)).toBeLessThan(2);
};

test('the newest stays in view when a keyboard comes and goes', async () => {
	const { width, height } = bernd.page.viewportSize() ?? { width: 360, height: 740 };
	await toNewest(bernd).click();
	await bernd.page.setViewportSize({ width, height: 430 });
	await staysWithNewest(bernd, town.admin, 'Mit Tastatur.');
	await bernd.page.setViewportSize({ width, height });
	await staysWithNewest(bernd, town.admin, 'Ohne Tastatur.');
});

test('the newest stays in view when the field grows and is emptied', async () => {
	const field = bernd.composer(ANNA.name);
	await field.fill(Array.from({ length: 7 }, (_, line) => `Zeile ${line}`).join('\n'));
	await staysWithNewest(bernd, town.admin, 'Neben sieben Zeilen.');
	await field.fill('');
	await staysWithNewest(bernd, town.admin, 'Neben einer leeren.');
});

test('a long message of the other person is seen to its end by whom the chat stands open', async () => {
	const long = Array.from({ length: 60 }, (_, line) => `Absatz ${line}`).join('\n');
	await town.admin.composer(BERND.name).fill(long);
	await town.admin.page.keyboard.press('Enter');
	await bernd.page.getByText('Absatz 59').last().waitFor();
	await expect.poll(() => distanceToEnd(bernd)).toBeLessThan(2);
	await town.admin.state('Absatz 59', 'read').waitFor();
});

test('what was not in view when the chat was opened is not read', async () => {
	await bernd.openChats();
	for (let number = 1; number <= UNREAD; number++)
		await town.admin.send(`${TWO_LINES} Nummer ${number}.`);
	await town.admin.state(`${TWO_LINES} Nummer ${UNREAD}.`, 'delivered').waitFor();
	await bernd.openChat(ANNA.name);
	await toNewest(bernd).waitFor();
	await expect.poll(async () => (await textsInView(bernd)).join('\n')).toMatch(/Nummer 1\./);
	let left = NaN;
	let inView = NaN;
	// Until both say the same twice: rows are measured while the list comes to rest.
	await expect
		.poll(async () => {
			const before = [left, inView].join();
			left = await countBelow(bernd);
			inView = (await textsInView(bernd)).filter((text) => text.includes('Nummer')).length;
			return [left, inView].join() === before && left <= UNREAD - inView + 1;
		})
		.toBe(true);
	// The last one may just begin in view.
	expect(left).toBeGreaterThanOrEqual(UNREAD - inView);
	await bernd.openChats();
	await bernd.chatRow(ANNA.name).getByText(String(left), { exact: true }).waitFor();
	await bernd.openChat(ANNA.name);
});

test('a chat opens at its unread line, also above a message taller than the screen', async () => {
	await toNewest(bernd).click();
	await expect.poll(() => distanceToEnd(bernd)).toBeLessThan(2);
	await town.admin.state(`Nummer ${UNREAD}.`, 'read').waitFor();
	await bernd.openChats();
	for (let number = 1; number <= 7; number++) await town.admin.send(`Hinweis ${number}.`);
	const long = Array.from({ length: 60 }, (_, line) => `Punkt ${line}`).join('\n');
	await town.admin.composer(BERND.name).fill(long);
	await town.admin.page.keyboard.press('Enter');
	await town.admin.state('Punkt 59', 'delivered').waitFor();
	await bernd.openChat(ANNA.name);
	await toNewest(bernd).waitFor();
	await expect
		.poll(async () => (await textsInView(bernd)).some((text) => text.includes('Hinweis 1.')))
		.toBe(true);
	await expect.poll(() => distanceToEnd(bernd)).toBeGreaterThan(100);
});
