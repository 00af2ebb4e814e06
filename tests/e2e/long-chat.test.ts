/** A conversation with more messages than fit: where it opens, how one moves in it, what the keyboard can do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const COUNT = 90;
/** More than are loaded when a conversation opens. */
const MANY = 190;
let town: Town;
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND, { size: 'desktop' });
	await town.admin.startChat(BERND.name);
	for (let number = 1; number <= COUNT; number++) await town.admin.send(`Meldung ${number}.`);
	await town.admin.state(`Meldung ${COUNT}.`, 'delivered').waitFor();
});
afterAll(() => town?.close());

const inView = (who: Colleague, text: string) =>
	who.page
		.getByRole('article')
		.filter({ has: who.page.getByText(text, { exact: true }) })
		.evaluateAll((found) =>
			found.some((element) => {
				const { top, bottom } = element.getBoundingClientRect();
				return top >= 0 && bottom <= innerHeight;
			})
		);

const toNewest = () => {
	const name = bernd.word('conversations_jump', { count: '' }).split(',')[0] ?? '';
	return bernd.page.getByRole('button', { name: new RegExp(`^${name}`) });
};

test('it opens at the first unread message, and is unread until one has scrolled down', async () => {
	await bernd.openChat(ANNA.name);
	await expect.poll(() => inView(bernd, 'Meldung 1.')).toBe(true);
	expect(await inView(bernd, `Meldung ${COUNT}.`)).toBe(false);
	await bernd.page
		.getByText(bernd.word('conversations_unread_line', { count: COUNT }), { exact: true })
		.waitFor();
	await expect.poll(() => town.admin.state(`Meldung ${COUNT}.`, 'read').count()).toBe(0);

	await toNewest().click();
	await expect.poll(() => inView(bernd, `Meldung ${COUNT}.`)).toBe(true);
	await town.admin.state(`Meldung ${COUNT}.`, 'read').waitFor();
});

test('from the newest a button leads back up to the first that was unread, and is gone there', async () => {
	const up = bernd.button('conversations_to_unread');
	await up.click();
	await expect.poll(() => inView(bernd, 'Meldung 1.')).toBe(true);
	await up.waitFor({ state: 'detached' });
	const first = bernd.page.getByRole('article').filter({
		has: bernd.page.getByText('Meldung 1.', { exact: true })
	});
	await expect.poll(() => first.evaluate((one) => one === document.activeElement)).toBe(true);
	await toNewest().click();
	await up.waitFor();
	await expect.poll(() => inView(bernd, `Meldung ${COUNT}.`)).toBe(true);
});

test('messages are reached and handled by keyboard alone', async () => {
	const newest = bernd.message(`Meldung ${COUNT}.`);
	await newest.focus();
	await bernd.page.keyboard.press('ArrowUp');
	const above = bernd.message(`Meldung ${COUNT - 1}.`);
	await expect.poll(() => above.evaluate((one) => one === document.activeElement)).toBe(true);

	await bernd.page.keyboard.press('Enter');
	const details = bernd.page.getByRole('menuitem', { name: bernd.word('conversations_details') });
	await details.waitFor();
	await bernd.page.keyboard.press('Escape');
	await details.waitFor({ state: 'detached' });
	expect(await above.evaluate((one) => one === document.activeElement)).toBe(true);
});

test('Enter sends, with Shift it begins a line; Esc leads back to the list', async () => {
	await bernd.composer(ANNA.name).focus();
	await bernd.page.keyboard.type('Erste Zeile');
	await bernd.page.keyboard.press('Shift+Enter');
	await bernd.page.keyboard.type('<b>zweite</b>');
	await bernd.page.keyboard.press('Enter');
	await town.admin.message('<b>zweite</b>').waitFor();
	const written = (await town.admin.visibleMessages()).at(-1);
	expect(written?.text).toBe('Erste Zeile\n<b>zweite</b>');

	await bernd.page.keyboard.press('Escape');
	await bernd.heading('conversations_choose_title').waitFor();
});

test('the newest messages stay in view as they come', async () => {
	await bernd.openChat(ANNA.name);
	for (let number = 1; number <= 5; number++) await town.admin.send(`Nachtrag ${number}.`);
	await expect.poll(() => inView(bernd, 'Nachtrag 5.')).toBe(true);
});

test('with more unread than is loaded at once it opens at the first all the same, and all can be read', async () => {
	await bernd.openChats();
	for (let number = 1; number <= MANY; number++) await town.admin.send(`Stand ${number}.`);
	await town.admin.state(`Stand ${MANY}.`, 'delivered').waitFor();

	await bernd.openChat(ANNA.name);
	await expect.poll(() => inView(bernd, 'Stand 1.')).toBe(true);
	await bernd.page
		.getByText(bernd.word('conversations_unread_from_here'), { exact: true })
		.waitFor();
	expect(await inView(bernd, `Stand ${MANY}.`)).toBe(false);

	await toNewest().click();
	await expect.poll(() => inView(bernd, `Stand ${MANY}.`)).toBe(true);
	await bernd.button('conversations_to_unread').click();
	await expect.poll(() => inView(bernd, 'Stand 1.')).toBe(true);

	const read = new Set<string>();
	await bernd.page.getByRole('region', { name: bernd.word('conversations_messages') }).hover();
	while (!read.has(`Stand ${MANY}.`)) {
		for (const { text } of await bernd.visibleMessages()) read.add(text);
		await bernd.page.mouse.wheel(0, 400);
		await bernd.page.waitForTimeout(50);
	}
	const all = Array.from({ length: MANY }, (_, index) => `Stand ${index + 1}.`);
	expect(all.filter((text) => !read.has(text))).toEqual([]);
	await expect.poll(() => inView(bernd, `Stand ${MANY}.`)).toBe(true);
}, 600_000);

test('what one sends from far above stands at the end, and one with it', async () => {
	await bernd.button('conversations_to_unread').click();
	await expect.poll(() => inView(bernd, 'Stand 1.')).toBe(true);
	await bernd.send('Alles gelesen.');
	await expect.poll(() => inView(bernd, 'Alles gelesen.')).toBe(true);
	await bernd.button('conversations_to_unread').waitFor({ state: 'detached' });
});
