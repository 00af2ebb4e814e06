/** A shared terminal: how IT sets it up, and how people sign in there with their phone. */
import type { BrowserContext, Locator } from 'playwright-core';
import { expect } from 'vitest';
import { type Colleague, sitDown } from './colleague.ts';
import type { Language } from './words.ts';

export const TERMINAL = 'Bibliothek';

/** By an administrator; resolves with the link that makes a browser one. */
export async function setUpTerminal(admin: Colleague): Promise<string> {
	await admin.go('/verwaltung/terminals');
	await admin.button('terminals_register').click();
	await admin.field('terminals_name').fill(TERMINAL);
	await admin.button('terminals_create').click();
	const link = await admin.field('terminals_link_label').inputValue();
	await admin.closeSheet();
	return link;
}

/** A code is shown, so its page has begun anew: the heading stands there while a visit is still ending. */
export async function atCode(terminal: Colleague): Promise<void> {
	await terminal.heading('terminals_idle_title').waitFor();
	await terminal.page.locator('.typed').waitFor();
}

/** In front of its browser: with the link, or at any address once it knows by itself what it is. */
export async function openTerminal(
	context: BrowserContext,
	address: string,
	language?: Language
): Promise<Colleague> {
	const terminal = await sitDown(context, TERMINAL, language);
	await terminal.page.goto(address);
	await atCode(terminal);
	return terminal;
}

/** What somebody's own devices say on every screen while they are signed in; without the time. */
export function noticeOf(person: Colleague): Locator {
	const [said = ''] = person.word('terminals_visit', { name: TERMINAL, time: '#' }).split('#');
	return person.page.getByText(said.trim());
}

/** It goes by itself, at the latest once the server has missed the terminal's signs of life. */
export const untilOut = (person: Colleague): Promise<void> =>
	noticeOf(person).waitFor({ state: 'detached', timeout: 90_000 });

/** By the code below the QR code. The phone then says so by itself. */
export async function signInByCode(person: Colleague, terminal: Colleague): Promise<void> {
	const code = await terminal.page.locator('.typed').innerText();
	await person.go('/mehr');
	await person.go('/mehr/terminal');
	const field = person.field('terminals_type_code');
	// Where there is no camera, the field comes by itself.
	await expect
		.poll(async () => {
			if (await field.isVisible()) return true;
			await person
				.button('terminals_type_code')
				.click({ timeout: 500 })
				.catch(() => undefined);
			return field.isVisible();
		})
		.toBe(true);
	await field.fill(code);
	await person.button('common_continue').click();
	await person
		.heading('terminals_confirm_title')
		.or(person.page.getByText(TERMINAL))
		.first()
		.waitFor();
	await person.button('terminals_confirm').click();
	await person.page.getByText(person.word('terminals_granted_title')).first().waitFor();
	await terminal.atChats();
	await noticeOf(person).waitFor();
}

/** By an administrator: people may sign in by code and PIN. */
export async function allowCodeAndPin(admin: Colleague): Promise<void> {
	await admin.go('/verwaltung/richtlinien');
	const allowed = admin.word('policy_terminalPin');
	await admin.page.getByRole('switch', { name: allowed, exact: true }).click();
	await admin.button('policy_review', { count: 1 }).click();
	await admin.button('policy_save').click();
}

/** On the form that makes one; resolves with the code, once visits are prepared. */
export async function makeCode(person: Colleague, pin: string): Promise<string> {
	await person.heading('terminals_pin_none_title').waitFor();
	await person.field('common_pin_new').fill(pin);
	await person.field('common_pin_repeat').fill(pin);
	await person.button('terminals_pin_make').click();
	await person.button('terminals_pin_noted').waitFor();
	const code = (await person.page.locator('.code').innerText()).trim();
	await person.button('terminals_pin_noted').click();
	await person.button('terminals_pin_end').waitFor();
	return code;
}

/** On the terminal's page. */
export async function typeCodeAndPin(
	terminal: Colleague,
	{ code, pin }: { code: string; pin: string }
): Promise<void> {
	await terminal.field('terminals_pin_code').fill(code);
	await terminal.field('terminals_pin_pin').fill(pin);
	await terminal.button('terminals_confirm').click();
}
