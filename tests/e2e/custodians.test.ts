/** Recovery by IT as administrators and custodians meet it: who they are, a link, a wrong number, no, taken back, off and on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presentRestoreLink } from '#core/engine/recover-by-custodians.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import { codeOf } from '#tests/fixtures/restoring.ts';
import type { Colleague } from './harness/colleague.ts';
import { makeLink, openPerson } from './harness/restoring-screens.ts';
import { ANNA, BERND, CLARA, EMINE, type Town, openTown } from './harness/town.ts';

let town: Town;
let bernd: Colleague;
let clara: Colleague;
beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
	clara = await town.welcome(CLARA);
	await town.welcome(EMINE);
});
afterAll(() => town?.close());

const { name } = EMINE;
const recoverySwitch = () =>
	town.admin.page.getByRole('switch', { name: town.admin.word('custodians_switch'), exact: true });
const box = (of: string) => town.admin.page.getByRole('checkbox', { name: new RegExp(of) });
const says = (who: Colleague, key: string, values = {}) =>
	who.page.getByText(who.word(key, values), { exact: true }).first();

/** A new device that comes with the link. */
const present = (link: string) =>
	presentRestoreLink(createNodeTransport({ url: town.server.origin }), new URL(link).hash.slice(1));

test('switching on takes two custodians at least, and says that two are few', async () => {
	const { admin } = town;
	await admin.go('/verwaltung/richtlinien');
	await recoverySwitch().click();
	const on = admin.button('custodians_switch_on');
	await box(ANNA.name).click();
	await expect.poll(() => on.isDisabled()).toBe(true);
	await box(BERND.name).click();
	await on.click();
	await says(admin, 'custodians_standing_scarce').waitFor();
	await expect.poll(() => recoverySwitch().getAttribute('aria-checked')).toBe('true');
	const list = admin.page.getByRole('list', { name: admin.word('custodians_list') });
	await expect.poll(() => list.getByRole('listitem').count()).toBe(2);
});

test('a custodian whom no two others can help: what can be done instead', async () => {
	const { admin } = town;
	await openPerson(admin, BERND.name);
	await admin.button('restore').click();
	await admin.button('restore_make_link').click();
	await says(admin, 'restore_missing_ways').waitFor();
	await admin.heading('restore_missing_title', { name: BERND.name }).waitFor();
});

test('others are added by the keyboard; then there are enough', async () => {
	const { admin } = town;
	await admin.go('/verwaltung/richtlinien');
	await admin.button('custodians_change').focus();
	await admin.page.keyboard.press('Enter');
	await admin.heading('custodians_choose_title').waitFor();
	await expect.poll(() => box(BERND.name).getAttribute('aria-checked')).toBe('true');
	const search = admin.word('custodians_search');
	await admin.page.getByRole('searchbox', { name: search }).fill('núñ');
	await box(BERND.name).waitFor({ state: 'detached' });
	await box(CLARA.name).focus();
	await admin.page.keyboard.press('Space');
	await admin.button('custodians_save').focus();
	await admin.page.keyboard.press('Enter');
	await admin.heading('custodians_choose_title').waitFor({ state: 'detached' });
	await admin.page
		.getByRole('list', { name: admin.word('custodians_list') })
		.getByText(CLARA.name)
		.waitFor();
	await says(admin, 'custodians_standing_scarce').waitFor({ state: 'detached' });
});

test('a wrong number approves nothing; a custodian who refuses ends it for all, and IT sees who', async () => {
	const { admin } = town;
	const attempt = await present(await makeLink(admin, name));
	const look = bernd.page.getByRole('link', { name: bernd.word('approvals_look'), exact: true });
	await says(bernd, 'approvals_notice', { name }).waitFor();
	await look.click();
	const field = bernd.field('approvals_number', { name });
	await field.waitFor();
	// It has to come from the person.
	const groups = attempt.preview.number;
	const digits = groups.join('');
	const shown = await bernd.page.getByRole('main').innerText();
	for (const number of [digits, groups.join(' ')]) expect(shown).not.toContain(number);
	await field.fill(`${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`);
	await bernd.page.keyboard.press('Enter');
	await says(bernd, 'approvals_number_different', { name }).waitFor();
	expect(await attempt.look()).toEqual({ approvedBy: [], grant: null });
	await field.fill(groups.join(' '));
	await bernd.page.keyboard.press('Enter');
	await says(bernd, 'approvals_own').waitFor();
	expect((await attempt.look()).approvedBy).toHaveLength(1);

	await clara.go('/mehr/freigaben');
	await says(clara, 'restore_stage_presented', { count: 1, wanted: 2 }).waitFor();
	await clara.button('approvals_refuse').click();
	await clara.button('approvals_refuse_do').click();
	await says(clara, 'restore_stage_refused', { name: CLARA.name }).waitFor();
	expect(await codeOf(attempt.look())).toBe('recovery_refused');
	await says(admin, 'restore_stage_refused', { name: CLARA.name }).waitFor();
	await says(bernd, 'restore_stage_refused', { name: CLARA.name }).waitFor();
});

test('what IT takes back asks custodians for nothing any more', async () => {
	const { admin } = town;
	const attempt = await present(await makeLink(admin, name));
	await bernd.openChats();
	await says(bernd, 'approvals_notice', { name }).waitFor();
	const sheet = admin.page.getByRole('dialog', { name });
	await sheet.getByRole('button', { name: admin.word('restore_cancel') }).click();
	await admin.heading('restore_cancel_title', { name }).waitFor();
	await admin.button('restore_cancel').last().click();
	await says(admin, 'restore_stage_cancelled', { name: ANNA.name }).waitFor();
	await says(bernd, 'approvals_notice', { name }).waitFor({ state: 'detached' });
	expect(await codeOf(attempt.look())).toBe('recovery_cancelled');
});

test('switched off nobody is a custodian, and switched on again nobody is before they are chosen', async () => {
	const { admin } = town;
	await admin.go('/verwaltung/richtlinien');
	await recoverySwitch().click();
	await admin.button('custodians_off').click();
	await says(admin, 'custodians_off_done').waitFor();
	await expect.poll(() => recoverySwitch().getAttribute('aria-checked')).toBe('false');
	await openPerson(admin, name);
	await expect.poll(() => admin.button('restore').count()).toBe(0);
	await bernd.go('/mehr/freigaben');
	await says(bernd, 'approvals_no_custodian').waitFor();
	await admin.go('/verwaltung/richtlinien');
	await recoverySwitch().click();
	await admin.heading('custodians_choose_title').waitFor();
	await box(ANNA.name).waitFor();
	await expect.poll(() => admin.page.getByRole('checkbox', { checked: true }).count()).toBe(0);
});
