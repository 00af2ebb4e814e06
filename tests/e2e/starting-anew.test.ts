/** Somebody has lost their only phone: IT invites them once more and says that it is they; their chats tell. And nobody else gets in that way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { openContext } from './harness/chromium.ts';
import { type Colleague, type PersonDetails, sitDown } from './harness/colleague.ts';
import { addForeignDevice } from './harness/foreign-device.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

const GROUP = 'Winterdienst';
let town: Town;
let bernd: Colleague;
let clara: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
	clara = await town.welcome(CLARA);
	await town.admin.startGroup(GROUP, [BERND.name, CLARA.name]);
	await clara.openChat(GROUP);
	await bernd.openChat(GROUP);
	await bernd.openChats();
	await bernd.startChat(CLARA.name);
	await bernd.send('Bis morgen.');
	await clara.openChats();
	await clara.openChat(BERND.name);
	await clara.message('Bis morgen.').waitFor();
});
afterAll(() => town?.close());

const text = (one: Colleague, key: string, values: Record<string, string> = {}) =>
	one.page.getByText(one.word(key, values), { exact: true });

/** By the department, which stands in the row of a direct chat only: what happened in a group names people, too. */
async function openDirect(one: Colleague, { name, department = '' }: PersonDetails): Promise<void> {
	await one.openChats();
	await one.chatRow(department).click();
	await one.composer(name).waitFor();
}

/** The sheet of a person, at IT's. */
async function openPerson(name: string): Promise<void> {
	const { admin } = town;
	await admin.go('/verwaltung/personen');
	await admin.page.getByRole('button').filter({ hasText: name }).first().click();
	await admin.page.getByRole('dialog', { name, exact: true }).waitFor();
}

test('IT invites somebody without a device once more; the invitation says what that means', async () => {
	const { admin } = town;
	await openPerson(BERND.name);
	await admin.page
		.getByRole('button', { name: new RegExp(`^${admin.word('devices_actions', { name: '' })}`) })
		.click();
	await admin.menuItem('devices_revoke').click();
	await admin.button('devices_revoke').click();
	await admin.button('admin_again').click();
	await check(admin.page, 'inviting again');
	await admin.button('admin_again').last().click();
	const link = await admin.field('admin_link_label').inputValue();
	await check(admin.page, 'the link to start anew');
	await admin.page.keyboard.press('Escape');
	await admin.page.keyboard.press('Escape');

	bernd = await sitDown(await openContext(town.browser, 'phone'), BERND.name);
	await bernd.page.goto(link);
	await bernd.heading('join_again_title').waitFor();
	await check(bernd.page, 'starting anew');
	await bernd.button('common_continue').click();
	await bernd.choosePin();
	await bernd.enter();
	await text(bernd, 'safety_alarm_anew_title').waitFor();
	await expect.poll(() => bernd.chatRow(GROUP).count()).toBe(0);
	await bernd.link('safety_alarm_look').click();
	await text(bernd, 'safety_alarm_anew_advice').waitFor();
	await check(bernd.page, 'waiting for IT’s word');
	await text(clara, 'conversations_key_changed').waitFor();
});

test('IT confirms the new key; everybody in the chats is told by whom, and can compare numbers', async () => {
	const { admin } = town;
	await openPerson(BERND.name);
	await admin.button('safety_vouch').click();
	await check(admin.page, 'confirming a new key');
	await admin.button('safety_vouch').last().click();
	await text(admin, 'safety_vouch_done', { name: BERND.name }).waitFor();
	await admin.page.keyboard.press('Escape');

	const line = clara.word('conversations_event_identity', { name: BERND.name, by: ANNA.name });
	await clara.page.getByText(line).first().waitFor();
	await text(clara, 'conversations_key_changed').waitFor({ state: 'detached' });
	await check(clara.page, 'a chat with somebody who has another key');
	await clara.link('conversations_event_identity_compare').click();
	await clara.heading('safety_verify_title').waitFor();

	await text(bernd, 'safety_alarm_anew_confirmed_title').first().waitFor();
	await bernd.button('safety_alarm_understood').click();
	await text(bernd, 'safety_alarms_none').waitFor();
	await openDirect(clara, BERND);
	await clara.send('Schön, dass du wieder da bist.');
	await openDirect(bernd, CLARA);
	await bernd.message('Schön, dass du wieder da bist.').waitFor();
	await bernd.send('Danke!');
	await clara.message('Danke!').waitFor();
});

test('a device that somebody else adds in one’s name is told of on every screen, with its name, and can be ended', async () => {
	await clara.openChats();
	await addForeignDevice(town, CLARA.name, 'Windows-PC');
	await text(clara, 'safety_alarm_foreign_device_title').waitFor();
	await openDirect(clara, BERND);
	await text(clara, 'safety_alarm_foreign_device_title').waitFor();
	await clara.link('safety_alarm_look').click();
	await text(clara, 'safety_alarm_foreign_device', { device: 'Windows-PC' }).waitFor();
	await check(clara.page, 'an alarm');
	const saving = clara.page.waitForEvent('download');
	await clara.button('safety_alarm_evidence').click();
	const stream = await (await saving).createReadStream();
	const evidence = JSON.parse(Buffer.concat(await stream.toArray()).toString()) as {
		alarms: { type: string }[];
	};
	expect(evidence.alarms.some(({ type }) => type === 'foreign-device')).toBe(true);
	await clara.button('safety_alarm_end_device').click();
	await check(clara.page, 'ending a device from an alarm');
	await clara.button('safety_alarm_end_device').last().click();
	await text(clara, 'safety_alarms_none').waitFor();
});
