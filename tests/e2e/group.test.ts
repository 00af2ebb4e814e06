/** A group of five: everybody reads everybody; name, picture, people and who leads change for all of them. */
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

const TITLE = 'Stadtfest 2027';
const NEXT_TITLE = 'Stadtfest am Fluss';
const PICTURE = path.resolve(import.meta.dirname, '../../static/icons/icon-192.png');
let town: Town;
let others: Colleague[];

beforeAll(async () => {
	town = await openTown();
	others = [];
	for (const person of [BERND, CLARA, DIETER, EMINE]) others.push(await town.welcome(person));
});
afterAll(() => town?.close());

/** The details of the conversation that is open. */
async function openInfo(colleague: Colleague): Promise<void> {
	const [chat = ''] = /^\/chat\/[^/]+/.exec(new URL(colleague.page.url()).pathname) ?? [];
	await colleague.go(`${chat}/info`);
	await colleague.heading('conversations_info_group').waitFor();
}

/** That one belongs to the group no more. */
const ended = (colleague: Colleague): Locator =>
	colleague.page.getByText(colleague.word('conversations_ended')).filter({ visible: true });

/** What is said of a new name, which keeps its direction of writing to itself. */
const renamed = (by: string, title: string): string =>
	town.admin.word('conversations_event_renamed', { by, title: `\u2068${title}\u2069` });

/** The picture in the list of chats, as its data. */
const picture = (colleague: Colleague, title: string): Promise<string | null> =>
	colleague.chatRow(title).locator('img').getAttribute('src');

test('five people write into a group that one of them made, and all read the same', async () => {
	const everyone = [town.admin, ...others];
	await town.admin.startGroup(TITLE, [BERND.name, CLARA.name, DIETER.name, EMINE.name]);
	await Promise.all(others.map((colleague) => colleague.openChat(TITLE)));
	for (const colleague of everyone) await colleague.send(`Hier ist ${colleague.name}`);
	for (const reader of everyone) {
		for (const writer of everyone) await reader.message(`Hier ist ${writer.name}`).waitFor();
	}
	await town.admin.state(`Hier ist ${town.admin.name}`, 'read').waitFor();
});

test('five people who write at the same moment lose nothing', async () => {
	const everyone = [town.admin, ...others];
	await Promise.all(everyone.map((colleague, index) => colleague.send(`gleichzeitig ${index}`)));
	for (const reader of everyone) {
		for (const index of everyone.keys()) await reader.message(`gleichzeitig ${index}`).waitFor();
	}
});

test('who is taken out keeps what was, and gets nothing new', async () => {
	const [bernd, clara] = others as [Colleague, Colleague];
	await openInfo(town.admin);
	const clarasMenu = { name: CLARA.name };
	await town.admin.choose('conversations_member_menu', clarasMenu, 'conversations_remove_person');
	await town.admin.button('conversations_remove_person').click();
	await ended(clara).waitFor();
	await bernd.send('Ohne Clara');
	await others[2]?.message('Ohne Clara').waitFor();
	await expect.poll(() => clara.message('Ohne Clara').count()).toBe(0);
	await expect.poll(() => clara.message('Hier ist Bernd').count()).toBe(1);
});

test('a new name and a picture arrive at the others, who are told whose they are', async () => {
	const { admin } = town;
	const [bernd, clara] = others as [Colleague, Colleague];
	await openInfo(admin);
	await admin.button('conversations_edit_group').click();
	await admin.field('conversations_group_name').fill(NEXT_TITLE);
	await admin.page.getByRole('dialog').locator('input[type=file]').setInputFiles(PICTURE);
	await admin.button('conversations_picture_change').waitFor();
	await admin.button('common_save').click();

	await bernd.composer(NEXT_TITLE).waitFor();
	await bernd.page
		.getByText(renamed(admin.name, NEXT_TITLE))
		.filter({ visible: true })
		.first()
		.waitFor();
	await bernd.openChats();
	expect(await picture(bernd, NEXT_TITLE)).toMatch(/^data:image\//);
	expect(await picture(bernd, NEXT_TITLE)).toBe(await picture(admin, NEXT_TITLE));
	// Who was taken out before knows the old name only.
	await clara.openChats();
	await clara.chatRow(TITLE).waitFor();
	await expect.poll(() => clara.chatRow(NEXT_TITLE).count()).toBe(0);
});

test('who is added again reads what is written from then on, and nothing of what was before', async () => {
	const { admin } = town;
	const [bernd, clara] = others as [Colleague, Colleague];
	await openInfo(admin);
	await admin.button('conversations_add_people').click();
	await admin.page.getByRole('checkbox').filter({ hasText: CLARA.name }).click();
	await admin.button('conversations_add_count', { count: 1 }).click();
	await clara.openChat(NEXT_TITLE);
	await bernd.openChat(NEXT_TITLE);
	await bernd.send('Willkommen zurück');
	await clara.message('Willkommen zurück').waitFor();
	await clara.send('Danke');
	await bernd.message('Danke').waitFor();
	expect((await clara.readAll()).map(({ text }) => text)).not.toContain('Ohne Clara');
	await clara.openChats();
	expect(await picture(clara, NEXT_TITLE)).toBe(await picture(admin, NEXT_TITLE));
});

test('who is made to lead can do what those who lead can', async () => {
	const { admin } = town;
	const [bernd] = others as [Colleague];
	await openInfo(bernd);
	await expect.poll(() => bernd.button('conversations_edit_group').count()).toBe(0);
	await openInfo(admin);
	const berndsMenu = { name: BERND.name };
	await admin.choose('conversations_member_menu', berndsMenu, 'conversations_make_admin');

	await bernd.button('conversations_edit_group').click();
	await bernd.field('conversations_group_name').fill(TITLE);
	await bernd.button('common_save').click();
	await admin.composer(TITLE).waitFor();
	await admin.page
		.getByText(renamed(BERND.name, TITLE))
		.filter({ visible: true })
		.first()
		.waitFor();
});

test('who leaves keeps what was, gets nothing more, and the others see it', async () => {
	const { admin } = town;
	const [bernd, , dieter, emine] = others as [Colleague, Colleague, Colleague, Colleague];
	await dieter.openChat(TITLE);
	await openInfo(dieter);
	await dieter.button('conversations_leave').click();
	const name = dieter.word('conversations_leave');
	await dieter.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
	await ended(dieter).waitFor();
	const values = { people: DIETER.name, count: 1 };
	const left = admin.word('conversations_event_left', values);
	await admin.page.getByText(left).filter({ visible: true }).first().waitFor();

	await emine.openChat(TITLE);
	await emine.send('Ohne Dieter');
	await bernd.openChat(TITLE);
	await bernd.message('Ohne Dieter').waitFor();
	// What comes later has come: so nothing is on its way any more.
	await admin.startChat(DIETER.name);
	await admin.send('Schade, Dieter');
	await dieter.openChats();
	await dieter.chatRow(admin.name).getByText('Schade, Dieter').first().waitFor();
	await dieter.chatRow(TITLE).click();
	await ended(dieter).waitFor();
	const texts = (await dieter.readAll()).map(({ text }) => text);
	expect(texts).toContain(`Hier ist ${BERND.name}`);
	expect(texts).not.toContain('Ohne Dieter');
	await expect.poll(() => dieter.composer(TITLE).count()).toBe(0);
});
