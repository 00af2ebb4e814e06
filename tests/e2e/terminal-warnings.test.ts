/** What people are told because of a shared terminal: that their code is over, and that a file that is saved stays there. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { check } from './harness/accessible.ts';
import { openContext } from './harness/chromium.ts';
import type { Colleague } from './harness/colleague.ts';
import { addForeignDevice } from './harness/foreign-device.ts';
import {
	allowCodeAndPin,
	atCode,
	makeCode,
	openTerminal,
	setUpTerminal,
	signInByCode,
	typeCodeAndPin
} from './harness/terminal.ts';
import { BERND, type Town, openTown } from './harness/town.ts';

const PIN = '739164';
const WRONG = '739165';

let town: Town;
let bernd: Colleague;
let terminal: Colleague;

beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
	await allowCodeAndPin(town.admin);
	const link = await setUpTerminal(town.admin);
	terminal = await openTerminal(await openContext(town.browser, 'desktop'), link);
});
afterAll(() => town?.close());

test('after the last wrong PIN the terminal says where to get a new code, and every screen of the phone that it is over', async () => {
	await bernd.go('/mehr/terminal/pin');
	const code = await makeCode(bernd, PIN);
	await terminal.button('terminals_pin_way').click();
	await inServerDatabase(town.server.dataDir, ({ read }) =>
		read.execute(sql`update terminal_pins set failures = 8`)
	);
	await typeCodeAndPin(terminal, { code, pin: WRONG });
	await terminal.page
		.getByText(
			`${terminal.word('terminals_pin_wrong', { count: 1 })} ${terminal.word('terminals_pin_resting_minutes', { count: 32 })}`
		)
		.waitFor();
	await check(terminal.page, 'a wrong PIN at a terminal');
	await inServerDatabase(town.server.dataDir, ({ read }) =>
		read.execute(sql`update terminal_pins set retry_at = null`)
	);
	await bernd.openChats();
	await terminal.page.reload();
	await atCode(terminal);
	await terminal.button('terminals_pin_way').click();
	await typeCodeAndPin(terminal, { code, pin: WRONG });
	await terminal.page.getByText(terminal.word('terminals_pin_destroyed')).first().waitFor();
	await check(terminal.page, 'a code that is over');

	const banner = bernd.page.getByText(bernd.word('terminals_pin_over_banner'));
	await banner.waitFor();
	await check(bernd.page, 'the notice that a code is over');
	await bernd.go('/adressbuch');
	await banner.waitFor();
	await bernd.link('terminals_pin_over_look').click();
	await bernd.heading('terminals_pin_over_title').waitFor();
	await bernd.page.getByText(bernd.word('terminals_pin_over_text')).first().waitFor();
	await check(bernd.page, 'why a code is over');
	await bernd.button('terminals_pin_make_new').click();
	const next = await makeCode(bernd, PIN);
	await banner.waitFor({ state: 'detached' });

	await terminal.page.reload();
	await atCode(terminal);
	await terminal.button('terminals_pin_way').click();
	await typeCodeAndPin(terminal, { code: next, pin: PIN });
	await terminal.atChats();
	await terminal.button('terminals_sign_out').click();
	await atCode(terminal);
});

test('whoever saves a file there is told first that it stays, and may leave it', async () => {
	await terminal.page.reload();
	await atCode(terminal);
	await signInByCode(bernd, terminal);
	await addForeignDevice(town, BERND.name, 'Windows-PC');
	await terminal.page
		.getByText(terminal.word('safety_alarm_foreign_device_title'))
		.first()
		.waitFor();
	await terminal.link('safety_alarm_look').click();
	let saved = 0;
	terminal.page.on('download', () => (saved += 1));
	await terminal.button('safety_alarm_evidence').click();
	const sheet = terminal.page.getByRole('dialog');
	await sheet.getByText(terminal.word('safety_save_shared_text')).first().waitFor();
	await check(terminal.page, 'a file that would stay at a terminal');
	await terminal.page.keyboard.press('Escape');
	await sheet.waitFor({ state: 'detached' });
	expect(saved).toBe(0);
	await terminal.button('safety_alarm_evidence').click();
	const saving = terminal.page.waitForEvent('download');
	await terminal.button('safety_save_shared').click();
	expect((await saving).suggestedFilename()).toBe('dienstweg-warnungen.json');
});
