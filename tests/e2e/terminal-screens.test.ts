/**
 * Every screen of code and PIN at terminals is there for everybody, in both languages: on one's own device, where they
 * are made, and on the terminal's page, up to the chats.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import {
	allowCodeAndPin,
	atCode,
	openTerminal,
	setUpTerminal,
	typeCodeAndPin
} from './harness/terminal.ts';
import { CLARA, type Town, openTown } from './harness/town.ts';
import type { Language } from './harness/words.ts';

const PIN = '739164';
const SEATS: [size: 'phone' | 'desktop', language: Language][] = [
	['phone', 'de'],
	['desktop', 'en']
];

let town: Town;
let link: string;
beforeAll(async () => {
	town = await openTown();
	await allowCodeAndPin(town.admin);
	link = await setUpTerminal(town.admin);
});
afterAll(() => town?.close());

describe.each(SEATS)('%s, %s', (size, language) => {
	let person: Colleague;
	let terminal: Colleague;
	let code: string;

	beforeAll(async () => {
		const locale = language === 'de' ? 'de-DE' : 'en-GB';
		const open = () => openContext(town.browser, size, { locale });
		person = await sitDown(await open(), `${CLARA.name} ${size}`, language);
		await person.join(await town.admin.invite({ name: person.name }));
		terminal = await openTerminal(await open(), link, language);
	});
	afterAll(async () => {
		await terminal?.page.context().close();
		await person?.page.context().close();
	});

	test('on one’s own device', async () => {
		await person.go('/mehr/terminal/pin');
		await person.heading('terminals_pin_none_title').waitFor();
		await check(person.page, 'a PIN for terminals');
		await person.button('terminals_pin_make').click();
		await check(person.page, 'a PIN for terminals, with faults');
		await person.field('common_pin_new').fill(PIN);
		await person.field('common_pin_repeat').fill(PIN);
		await person.button('terminals_pin_make').click();
		await person.heading('terminals_pin_made_title').waitFor();
		code = (await person.page.locator('.code').innerText()).trim();
		await check(person.page, 'a code for terminals');
		await person.button('terminals_pin_noted').click();
		await person.heading('terminals_pin_have_title').waitFor();
		await check(person.page, 'code and PIN are set up');
		await person.button('terminals_pin_end').click();
		await person.heading('terminals_pin_end_title').waitFor();
		await check(person.page, 'switching code and PIN off');
		await person.page.keyboard.press('Escape');
		await person.heading('terminals_pin_end_title').waitFor({ state: 'detached' });
	});

	test('at the terminal', async () => {
		const { page } = terminal;
		/** Its page anew: what was typed goes by itself after a while, and looking at it takes as long as it takes. */
		const openEntry = async (): Promise<void> => {
			await page.reload();
			await atCode(terminal);
			await terminal.button('terminals_pin_way').click();
			await terminal.heading('terminals_pin_title').waitFor();
		};
		await check(page, 'a terminal’s code');
		await openEntry();
		await check(page, 'code and PIN at a terminal');
		await openEntry();
		await typeCodeAndPin(terminal, { code: '00000 00000', pin: PIN });
		await page.getByText(terminal.word('terminals_pin_unknown')).first().waitFor();
		await check(page, 'an unknown code at a terminal');
		await openEntry();
		await typeCodeAndPin(terminal, { code, pin: '739165' });
		await page
			.getByText(terminal.word('terminals_pin_wrong', { count: 9 }))
			.first()
			.waitFor();
		await check(page, 'a wrong PIN at a terminal');
		await openEntry();
		await typeCodeAndPin(terminal, { code, pin: PIN });
		await terminal.atChats();
		await check(page, 'chats at a terminal');
		await terminal.go('/mehr');
		await terminal.heading('app_more').first().waitFor();
		await check(page, 'more at a terminal');
		await terminal.button('terminals_sign_out').first().click();
		await atCode(terminal);
	});
});
