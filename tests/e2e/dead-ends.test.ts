/** Where one could get stuck: nobody at the other end, a text that can't be sent, a page that is not for oneself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

const TITLE = 'Werkstatt';
const DRAFT = 'Ich bringe den Schlüssel\nmorgen mit.';
let town: Town;
let clara: Colleague;

beforeAll(async () => {
	town = await openTown();
	await town.welcome(BERND);
	clara = await town.welcome(CLARA, {
		options: { permissions: ['clipboard-read', 'clipboard-write'] }
	});
});
afterAll(() => town?.close());

/** People who are offered to begin a chat with. */
async function offered(colleague: Colleague): Promise<string[]> {
	await colleague.go('/neu');
	const list = colleague.page.getByRole('list', { name: colleague.word('conversations_people') });
	await list.getByRole('button').first().waitFor();
	return list.getByRole('button').allInnerTexts();
}

async function revokeOnlyDevice(person: string): Promise<void> {
	const { admin } = town;
	await admin.go('/verwaltung/personen');
	await admin.page.getByRole('button').filter({ hasText: person }).first().click();
	const dialog = admin.page.getByRole('dialog', { name: person });
	await dialog
		.getByRole('button', { name: /: Aktionen$|^Aktionen/ })
		.first()
		.click();
	await admin.menuItem('devices_revoke').click();
	await admin.button('devices_revoke').click();
	await admin.page.getByText(admin.word('devices_none')).first().waitFor();
	await admin.page.keyboard.press('Escape');
}

test('who has lost the only device is written to no more, and found again under the new entry', async () => {
	const { admin } = town;
	const isNamed = (text: string): boolean => text.includes(BERND.name);
	await admin.startChat(BERND.name);
	await admin.send('Guten Morgen');
	await admin.state('Guten Morgen', 'delivered').waitFor();
	await clara.startGroup(TITLE, [BERND.name, ANNA.name]);
	expect((await offered(clara)).filter(isNamed)).toHaveLength(1);

	await revokeOnlyDevice(BERND.name);
	const row = admin.page.getByRole('button').filter({ hasText: BERND.name });
	await row.getByText(admin.word('common_no_device')).first().waitFor();
	await admin.openChat(BERND.name);
	const name = BERND.name;
	await admin.page
		.getByText(admin.word('conversations_no_device_later', { name }))
		.first()
		.waitFor();
	await expect.poll(async () => (await offered(clara)).filter(isNamed)).toEqual([]);

	await admin.go('/verwaltung');
	await admin.button('admin_invite').click();
	await admin.field('admin_name').fill(name.toLowerCase());
	await admin.page.getByText(admin.word('admin_namesake_text')).first().waitFor();
	await admin.page.keyboard.press('Escape');
	const again = await town.welcome(BERND);
	await expect.poll(async () => (await offered(clara)).filter(isNamed)).toHaveLength(1);

	await clara.go('/adressbuch');
	await clara.page.getByText(clara.word('common_no_device')).first().waitFor();
	await clara.page
		.getByRole('link')
		.filter({ hasText: clara.word('common_no_device') })
		.click();
	await clara.link('directory_namesake_open').waitFor();
	await clara.openChat(TITLE);
	await clara.page
		.getByRole('link', { name: clara.word('conversations_info') })
		.first()
		.click();
	await clara.page.getByText(clara.word('common_no_device')).first().waitFor();

	await admin.openChat(name);
	await admin.link('conversations_no_device_open').click();
	await admin.button('directory_write').click();
	await admin.send('Wieder da?');
	await again.openChat(ANNA.name);
	await again.message('Wieder da?').waitFor();
	await again.page.context().close();
});

test('a text that was being written in a group can be read, copied and thrown away by whoever was removed', async () => {
	const { admin } = town;
	await admin.startGroup('Schichtplan', [CLARA.name]);
	await clara.openChat('Schichtplan');
	await clara.composer('Schichtplan').fill(DRAFT);
	await admin.page
		.getByRole('link', { name: admin.word('conversations_info') })
		.first()
		.click();
	await admin.choose(
		'conversations_member_menu',
		{ name: CLARA.name },
		'conversations_remove_person'
	);
	await admin.button('conversations_remove_person').click();

	await clara.page.getByText(clara.word('conversations_ended')).first().waitFor();
	await clara.button('common_copy').click();
	await clara.page.getByText(clara.word('common_copied')).first().waitFor();
	expect(await clara.page.evaluate(() => navigator.clipboard.readText())).toBe(DRAFT);
	await clara.openChats();
	await clara.chatRow('Schichtplan').getByText(ANNA.name).first().waitFor();
	await expect.poll(() => clara.chatRow('Schichtplan').innerText()).not.toContain('Schlüssel');
	await clara.chatRow('Schichtplan').click();
	await clara.button('conversations_discard').click();
	await clara.button('common_copy').waitFor({ state: 'detached' });
	await clara.openChats();
	await clara.chatRow('Schichtplan').click();
	await clara.page.getByText(clara.word('conversations_ended')).first().waitFor();
	await expect.poll(() => clara.button('common_copy').count()).toBe(0);
});

test('somebody else’s link says whose device this is, and stays good', async () => {
	const link = await town.admin.invite(DIETER);
	await clara.page.goto(link);
	await clara.page.getByText(clara.word('join_already_other')).first().waitFor();
	await clara.page
		.getByText(clara.word('join_already_as', { name: CLARA.name }))
		.first()
		.waitFor();
	await clara.button('join_open').click();
	await clara.lock();
	await clara.page.goto(link);
	await clara.page.getByText(clara.word('join_already_text')).first().waitFor();
	await clara.button('join_open').click();
	await clara.unlock();

	const dieter = await sitDown(await openContext(town.browser, 'phone'), DIETER.name);
	await dieter.join(link);
	await dieter.page.context().close();
});

test('whoever is not of IT is told so, with a way on; so is who looks for nobody', async () => {
	const emine = await town.welcome(EMINE, { size: 'desktop' });
	for (const path of ['/verwaltung', '/verwaltung/personen', '/verwaltung/einladung']) {
		await emine.go(path);
		await emine.heading('administration_only_title').waitFor();
		await expect.poll(() => emine.button('admin_invite').count()).toBe(0);
		await expect.poll(() => emine.button('common_retry').count()).toBe(0);
	}
	await emine.link('conversations_to_list').click();
	await emine.atChats();
	await emine.go('/adressbuch/00000000-0000-4000-8000-000000000000');
	await emine.heading('directory_missing').waitFor();
	await emine.link('directory_missing_action').click();
	await emine.heading('directory_choose_title').waitFor();
});
