/** A conversation with more messages than fit: where it opens, how one moves in it, what the keyboard can do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

const COUNT = 90;
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

test('it opens at the first unread message, and is unread until one has scrolled down', async () => {
	await bernd.openChat(ANNA.name);
	await expect.poll(() => inView(bernd, 'Meldung 1.')).toBe(true);
	expect(await inView(bernd, `Meldung ${COUNT}.`)).toBe(false);
	await bernd.page
		.getByText(bernd.word('conversations_unread_line', { count: COUNT }), { exact: true })
		.waitFor();
	expect(await town.admin.state(`Meldung ${COUNT}.`, 'read').count()).toBe(0);

	const jump = bernd.word('conversations_jump', { count: '' }).split(',')[0] ?? '';
	await bernd.page.getByRole('button', { name: new RegExp(`^${jump}`) }).click();
	await expect.poll(() => inView(bernd, `Meldung ${COUNT}.`)).toBe(true);
	await town.admin.state(`Meldung ${COUNT}.`, 'read').waitFor();
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
