/** Recovery by IT, from choosing custodians to one of them who refuses: as an administrator who is a custodian sees it. */
import { presentRestoreLink } from '#core/engine/recover-by-custodians.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import { ANNA, BERND, CLARA } from './town.ts';
import { at, dialog, noticesGone, type Screen, type Seat } from './ways.ts';

const title = ({ partner: name }: Seat) => ({ name });

/** Whether it is on already or not. */
async function openChoice(seat: Seat): Promise<void> {
	const { person } = seat;
	await at(seat, '/verwaltung/richtlinien', 'admin_page');
	const isOn = person.page.getByRole('switch', {
		name: person.word('custodians_switch'),
		exact: true
	});
	await isOn.waitFor();
	if ((await isOn.getAttribute('aria-checked')) === 'false') await isOn.click();
	else await person.button('custodians_change').click();
	await dialog(seat, 'custodians_choose_title').waitFor();
}

async function openPerson(seat: Seat): Promise<void> {
	const { person, partner } = seat;
	await at(seat, '/verwaltung/personen', 'admin_page');
	await person.page.getByRole('button').filter({ hasText: partner }).last().click();
	const opened = person.page.getByRole('dialog', { name: partner });
	await opened.getByRole('button', { name: /Chrom/ }).waitFor();
}

/** Until the person's device has made its copy there is none to make a link for. */
async function makeLink({ person }: Seat): Promise<string> {
	const field = person.field('restore_link_label');
	const missing = person.page.getByText(person.word('restore_missing_ways'));
	const start = person.button('restore').or(person.button('restore_new_link'));
	for (;;) {
		await start.click();
		await person.button('restore_make_link').click();
		await field.or(missing).waitFor();
		if (await field.isVisible()) return field.inputValue();
		await person.page.keyboard.press('Escape');
		await missing.waitFor({ state: 'detached' });
	}
}

export const CUSTODIAN_SCREENS: Screen[] = [
	{ name: 'choice of custodians', open: openChoice },
	{
		name: 'custodians',
		open: async (seat) => {
			const { page } = seat.person;
			await openChoice(seat);
			for (const name of [ANNA.name, BERND.name, `${CLARA.name} phone`]) {
				const row = page.getByRole('checkbox', { name: new RegExp(name) });
				if ((await row.getAttribute('aria-checked')) === 'false') await row.click();
			}
			const save = seat.person.button('custodians_save');
			await save.or(seat.person.button('custodians_switch_on')).click();
			await dialog(seat, 'custodians_choose_title').waitFor({ state: 'detached' });
			await seat.person.button('custodians_change').waitFor();
			await noticesGone(seat.person);
		}
	},
	{
		name: 'no custodians any more',
		open: async (seat) => {
			const name = seat.person.word('custodians_switch');
			await seat.person.page.getByRole('switch', { name, exact: true }).click();
			await dialog(seat, 'custodians_off_title').waitFor();
		}
	},
	{
		name: 'link for somebody who has lost all devices',
		open: async (seat) => {
			await openPerson(seat);
			const link = await makeLink(seat);
			const { origin } = new URL(seat.person.page.url());
			const transport = createNodeTransport({ url: origin });
			await presentRestoreLink(transport, new URL(link).hash.slice(1));
			await dialog(seat, 'restore_link_title', title(seat)).waitFor();
		}
	},
	{
		name: 'a request that waits for a custodian, as a notice',
		open: async (seat) => {
			const { person } = seat;
			await at(seat, '/mehr', 'settings_page');
			await person.page.getByText(person.word('approvals_notice', title(seat))).waitFor();
		}
	},
	{
		name: 'a request that waits for a custodian, with a wrong number',
		open: async (seat) => {
			const { person } = seat;
			await at(seat, '/mehr/freigaben', 'approvals_page');
			await person.field('approvals_number', title(seat)).fill('000 000 000');
			await person.button('approvals_approve').click();
			await person.page.getByText(person.word('approvals_number_different', title(seat))).waitFor();
		}
	},
	{
		name: 'to refuse a request',
		open: async (seat) => {
			await seat.person.button('approvals_refuse').click();
			await dialog(seat, 'approvals_refuse_title', title(seat)).waitFor();
		}
	},
	{
		name: 'a request that was refused',
		open: async (seat) => {
			const { person } = seat;
			await person.button('approvals_refuse').click();
			await person.button('approvals_refuse_do').click();
			await dialog(seat, 'approvals_refuse_title', title(seat)).waitFor({ state: 'detached' });
			await person.page.getByRole('heading', { level: 3, name: seat.partner }).first().waitFor();
			await noticesGone(person);
		}
	}
];
