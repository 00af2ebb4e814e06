/** Every screen of the administration, and how one comes to it, in an order in which each needs what came before at most. */
import { CUSTODIAN_SCREENS } from './custodian-screens.ts';
import { at, choose, comeTo, dialog, openMenu, sheet, type Screen, type Seat } from './ways.ts';

/** What an administrator is about to lay down for all. */
async function reviewPolicy({ person }: Seat): Promise<void> {
	await person.button('policy_review', { count: 1 }).click();
	await person.heading('policy_review_title').waitFor();
}

export const ADMIN_SCREENS: Screen[] = [
	// First: the partner's device has to be open for it.
	...CUSTODIAN_SCREENS,
	{
		name: 'invitations',
		open: async (seat) => {
			await at(seat, '/verwaltung', 'admin_page');
			await seat.person.page.getByRole('table').waitFor();
		}
	},
	{ name: 'invite', open: (seat) => sheet(seat, 'admin_invite', 'admin_invite_title') },
	{
		name: 'invite, with faults',
		open: async (seat) => {
			await sheet(seat, 'admin_invite', 'admin_invite_title');
			await seat.person.button('admin_create').click();
			await seat.person.page.getByText(seat.person.word('admin_name_missing')).first().waitFor();
		}
	},
	{
		name: 'link of an invitation',
		open: async (seat) => {
			await sheet(seat, 'admin_invite', 'admin_invite_title');
			await seat.person.field('admin_name').fill('Probe');
			await seat.person.button('admin_create').click();
			await dialog(seat, 'admin_link_title', { name: 'Probe' }).waitFor();
		}
	},
	{
		name: 'menu of an invitation',
		open: (seat) => openMenu(seat, 'admin_actions', { name: 'Probe' }),
		closesOnResize: true
	},
	{
		name: 'revoke an invitation',
		open: async (seat) => {
			await openMenu(seat, 'admin_actions', { name: 'Probe' });
			await choose(seat, 'admin_revoke', 'admin_revoke_title');
		}
	},
	{
		name: 'letter',
		open: async (seat) => {
			await openMenu(seat, 'admin_actions', { name: 'Probe' });
			await choose(seat, 'admin_reissue', 'admin_link_title', { name: 'Probe' });
			await seat.person.link('admin_letter').click();
			await seat.person.page.getByText(seat.person.word('letter_help')).first().waitFor();
		}
	},
	{
		name: 'letter that is gone',
		open: async ({ person }) => {
			await person.page.reload();
			await comeTo(person, 'letter_missing_title');
		}
	},
	{
		name: 'people',
		open: async (seat) => {
			await at(seat, '/verwaltung/personen', 'admin_page');
			await seat.person.page.getByText(seat.partner).last().waitFor();
		}
	},
	{
		name: 'person, for IT',
		open: async (seat) => {
			const { page } = seat.person;
			await page.getByRole('button').filter({ hasText: seat.partner }).last().click();
			const opened = page.getByRole('dialog', { name: seat.partner });
			await opened.getByRole('button', { name: /Chrom/ }).waitFor();
		}
	},
	{
		name: 'all devices',
		open: async (seat) => {
			await at(seat, '/verwaltung/geraete', 'admin_page');
			await seat.person.page.getByText(seat.partner).first().waitFor();
		}
	},
	{
		name: 'policies',
		open: async (seat) => {
			await at(seat, '/verwaltung/richtlinien', 'admin_page');
			const { page } = seat.person;
			const none = page.getByText(seat.person.word('policy_history_none'));
			await none
				.or(page.getByRole('heading', { level: 3 }))
				.first()
				.waitFor();
		}
	},
	{
		name: 'policies, with a wish',
		open: async ({ person }) => {
			await person.page.getByRole('switch', { name: person.word('policy_copy') }).click();
			await person.button('policy_review', { count: 1 }).waitFor();
		}
	},
	{
		name: 'what changes for all',
		open: (seat) => reviewPolicy(seat)
	}
];
