/** Recovery by IT, from choosing custodians to one of them who refuses: as an administrator who is a custodian sees it. */
import { presentRestoreLink } from '#core/engine/recover-by-custodians.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import { chooseCustodians, openChoice, openPerson, showLink } from './restoring-screens.ts';
import { ANNA, BERND, CLARA } from './town.ts';
import { at, dialog, noticesGone, type Screen, type Seat } from './ways.ts';

const title = ({ partner: name }: Seat) => ({ name });

export const CUSTODIAN_SCREENS: Screen[] = [
	{ name: 'choice of custodians', open: ({ person }) => openChoice(person) },
	{
		name: 'custodians',
		open: async (seat) => {
			const { person } = seat;
			await chooseCustodians(person, [ANNA.name, BERND.name, `${CLARA.name} phone`]);
			await noticesGone(person);
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
			const { person, partner } = seat;
			await openPerson(person, partner);
			const link = await showLink(person);
			const { origin } = new URL(person.page.url());
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
			await person.page
				.getByText(person.word('approvals_notice', title(seat)))
				.first()
				.waitFor();
		}
	},
	{
		name: 'a request that waits for a custodian, with a wrong number',
		open: async (seat) => {
			const { person } = seat;
			await at(seat, '/mehr/freigaben', 'approvals_page');
			await person.field('approvals_number', title(seat)).fill('000 000 000');
			await person.button('approvals_approve').click();
			await person.page
				.getByText(person.word('approvals_number_different', title(seat)))
				.first()
				.waitFor();
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
