/** Every screen, at phone and desktop size, light and dark, in German and English: axe finds nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { BERND, CLARA, type Town, openTown } from './harness/town.ts';
import type { Language } from './harness/words.ts';

let town: Town;
beforeAll(async () => {
	town = await openTown();
	const bernd = await town.welcome(BERND);
	await town.admin.startChat(BERND.name);
	await town.admin.send('Ein Text mit Link: https://www.lindenbach.example/fest');
	await bernd.openChats();
});
afterAll(() => town?.close());

const SEATS: [size: 'phone' | 'desktop', language: Language][] = [
	['phone', 'de'],
	['phone', 'en'],
	['desktop', 'de'],
	['desktop', 'en']
];

describe.each(SEATS)('%s, %s', (size, language) => {
	let person: Colleague;
	const name = `${CLARA.name} ${size} ${language}`;

	beforeAll(async () => {
		const locale = language === 'de' ? 'de-DE' : 'en-GB';
		person = await sitDown(await openContext(town.browser, size, { locale }), name, language);
	});
	afterAll(() => person.page.context().close());

	test('before joining: welcome, refused link, invitation, PIN, done', async () => {
		const { page } = person;
		await page.goto(town.server.origin);
		await person.heading('welcome_title').waitFor();
		expect(await page.getAttribute('html', 'lang')).toBe(language);
		await check(page, 'welcome');
		await page.goto(`${town.server.origin}/join#AAAAAAAAAAAAAAAAAAAAAA`);
		await person.heading('join_unknown_title').waitFor();
		await check(page, 'refused');
		await page.goto('about:blank');
		await page.goto(await town.admin.invite({ name, department: 'Jugendhaus' }));
		await person.button('common_continue').waitFor();
		await check(page, 'invitation');
		await person.button('common_continue').click();
		await person.field('common_pin_new').waitFor();
		await check(page, 'PIN');
		await person.button('join_finish').click();
		await check(page, 'PIN with faults');
		await person.choosePin();
		await person.heading('join_done').waitFor();
		await check(page, 'done');
		await person.enter();
	});

	test('an empty list, the address book, a person, a new conversation', async () => {
		const { page } = person;
		await page.getByText(person.word('conversations_empty_title')).waitFor();
		await check(page, 'no conversation yet');
		await person.go('/adressbuch');
		await person.heading('directory_title').first().waitFor();
		await check(page, 'address book');
		await page.getByRole('link').filter({ hasText: BERND.name }).first().click();
		await person.button('directory_write').waitFor();
		await check(page, 'person');
		await person.go('/neu');
		await person.heading('conversations_new').waitFor();
		await check(page, 'new conversation');
		await person.button('conversations_new_group').click();
		await page.getByRole('checkbox').first().waitFor();
		await check(page, 'new group, people');
	});

	test('a chat, its details, a group', async () => {
		const { page } = person;
		await person.openChats();
		await person.startChat(BERND.name);
		await person.send('Guten Tag\nmit zwei Zeilen');
		await check(page, 'chat');
		await person.button('conversations_emoji').click();
		const picker = page.getByRole('dialog', { name: person.word('conversations_emoji') });
		await picker.waitFor();
		const narrowest = await picker
			.getByRole('button')
			.evaluateAll((all) => Math.min(...all.map((one) => one.getBoundingClientRect().width)));
		expect(narrowest, 'width of what chooses an emoji').toBeGreaterThanOrEqual(44);
		await page.keyboard.press('Escape');
		await picker.waitFor({ state: 'detached' });
		await person.go(`${new URL(page.url()).pathname}/info`);
		await person.heading('conversations_info_person').waitFor();
		await check(page, 'chat details');
		await person.startGroup(`Gruppe ${size} ${language}`, [BERND.name]);
		await check(page, 'group');
		await person.go(`${new URL(page.url()).pathname}/info`);
		await person.heading('conversations_info_group').waitFor();
		await check(page, 'group details');
		await person.openChats();
		await check(page, 'list of chats');
	});

	test('settings, devices, about, not found, locked', async () => {
		const { page } = person;
		await person.go('/mehr');
		await person.heading('settings_page').first().waitFor();
		await check(page, 'settings');
		await person.go('/mehr/geraete');
		await person.heading('devices_page').first().waitFor();
		await check(page, 'devices');
		await person.go('/mehr/ueber');
		await person.heading('settings_about').first().waitFor();
		await check(page, 'about');
		await person.lock();
		await check(page, 'locked');
	});
});

test('the administration', async () => {
	const { page } = town.admin;
	await town.admin.go('/verwaltung');
	await town.admin.button('admin_invite').waitFor();
	await check(page, 'invitations');
	await town.admin.button('admin_invite').click();
	await town.admin.field('admin_name').waitFor();
	await check(page, 'invite');
	await town.admin.field('admin_name').fill('Probe');
	await town.admin.button('admin_create').click();
	await town.admin.field('admin_link_label').waitFor();
	await check(page, 'link');
	await town.admin.link('admin_letter').click();
	await town.admin.page.getByText(town.admin.word('letter_help')).waitFor();
	await check(page, 'letter');
	await town.admin.openChats();
});
