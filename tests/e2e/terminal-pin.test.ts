/** Signing in at a terminal by code and PIN, with the phone switched off; the next person right after finds nothing. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { makeProfile, type Profile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { findResidue } from './harness/residue.ts';
import {
	allowCodeAndPin,
	atCode,
	openTerminal,
	setUpTerminal,
	typeCodeAndPin
} from './harness/terminal.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

/** Long enough to be found on a disk. */
const PIN = '7391640285';
const canary = (): string => randomBytes(9).toString('hex');
const canaries = { received: canary(), written: canary(), draft: canary() };

let town: Town;
let phone: Profile;
let profile: Profile;
let bernd: Colleague;
let terminal: Colleague;
let code: string;

beforeAll(async () => {
	[town, phone, profile] = await Promise.all([openTown(), makeProfile('phone'), makeProfile()]);
	bernd = await town.welcome(BERND, { context: await phone.open() });
	await town.admin.startChat(BERND.name);
	await town.admin.send(canaries.received);
	await bernd.openChat(ANNA.name);
	await bernd.message(canaries.received).waitFor();
});
afterAll(async () => {
	await terminal?.page.context().close();
	await bernd?.page.context().close();
	await town?.close();
	await Promise.all([phone?.remove(), profile?.remove()]);
});

const typeIn = (pin: string): Promise<void> => typeCodeAndPin(terminal, { code, pin });

test('IT allows it, and sets a terminal up', async () => {
	const { admin } = town;
	await allowCodeAndPin(admin);
	const link = await setUpTerminal(admin);
	terminal = await openTerminal(await profile.open(), link);
});

test('the phone makes a code for a PIN, and is switched off', async () => {
	await bernd.go('/mehr');
	await bernd.page.getByText(bernd.word('terminals_pin_row_text')).click();
	await bernd.field('common_pin_new').fill(PIN);
	await bernd.field('common_pin_repeat').fill(PIN);
	await check(bernd.page, 'a PIN for terminals');
	await bernd.button('terminals_pin_make').click();
	await bernd.button('terminals_pin_noted').waitFor();
	code = (await bernd.page.locator('.code').innerText()).trim();
	await check(bernd.page, 'a code for terminals');
	await bernd.button('terminals_pin_noted').click();
	await bernd.button('terminals_pin_end').waitFor();
	await check(bernd.page, 'code and PIN are set up');
	await bernd.page.context().close();
});

test('a wrong PIN is counted, the right one opens the chats', async () => {
	await terminal.button('terminals_pin_way').click();
	await check(terminal.page, 'code and PIN at a terminal');
	await typeIn('7391640286');
	await terminal.page
		.getByText(terminal.word('terminals_pin_wrong', { count: 9 }))
		.first()
		.waitFor();
	await typeIn(PIN);
	await terminal.atChats();
	await terminal.openChat(ANNA.name);
	await terminal.message(canaries.received).waitFor();
	await terminal.send(canaries.written);
	await town.admin.openChat(BERND.name);
	await town.admin.message(canaries.written).waitFor();
	await town.admin.send('An das Terminal');
	await terminal.message('An das Terminal').waitFor();
	await terminal.composer(ANNA.name).fill(canaries.draft);
});

test('afterwards nothing is left, and whoever comes next sees nothing', async () => {
	await terminal.button('terminals_sign_out').click();
	await atCode(terminal);
	await terminal.page.goBack().catch(() => null);
	await atCode(terminal);
	await terminal.button('terminals_pin_way').click();
	await terminal.heading('terminals_pin_title').waitFor();
	const fields = terminal.page.getByRole('textbox');
	for (const field of await fields.all()) expect(await field.inputValue()).toBe('');
	const text = await terminal.page.content();
	for (const needle of [...Object.values(canaries), ANNA.name, BERND.name, PIN])
		expect(text).not.toContain(needle);
	const needles = [...Object.values(canaries), PIN, code, code.replace(' ', '')];
	expect(await findResidue(profile.folder, needles)).toEqual([]);
	await profile.kill();
	expect(await findResidue(profile.folder, needles)).toEqual([]);
});

test('the phone, switched on again, has what was left unsent and prepares more', async () => {
	bernd = await sitDown(await phone.open(), BERND.name);
	await bernd.comeBack(`${town.server.origin}/`);
	await bernd.openChat(ANNA.name);
	await expect.poll(() => bernd.composer(ANNA.name).innerText()).toBe(canaries.draft);
	await bernd.go('/mehr/terminal/pin');
	await bernd.page
		.getByText(bernd.word('terminals_pin_ready', { count: 5 }))
		.first()
		.waitFor();
});
