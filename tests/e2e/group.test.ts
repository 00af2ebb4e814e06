/** A group of five: everybody reads everybody, whoever is taken out reads no more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

const TITLE = 'Stadtfest 2027';
let town: Town;
let others: Colleague[];

beforeAll(async () => {
	town = await openTown();
	others = [];
	for (const person of [BERND, CLARA, DIETER, EMINE]) others.push(await town.welcome(person));
});
afterAll(() => town?.close());

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
	await town.admin
		.button('conversations_info')
		.or(town.admin.link('conversations_info'))
		.first()
		.click();
	await town.admin.button('conversations_member_menu', { name: CLARA.name }).click();
	await town.admin.page
		.getByRole('menuitem', { name: town.admin.word('conversations_remove_person') })
		.click();
	await town.admin.button('conversations_remove_person').click();
	await clara.page.getByText(clara.word('conversations_ended')).waitFor();
	await bernd.send('Ohne Clara');
	await others[2]?.message('Ohne Clara').waitFor();
	expect(await clara.message('Ohne Clara').count()).toBe(0);
	expect(await clara.message('Hier ist Bernd').count()).toBe(1);
});
