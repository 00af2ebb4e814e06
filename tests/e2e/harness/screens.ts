/**
 * Every screen of an open app, and how one comes to it: what is checked for everybody's use. In an order in which
 * each needs what came before at most; whatever lies above the page is closed in between.
 */
import type { Colleague } from './colleague.ts';

/** Who looks, and with whom they write. */
export interface Seat {
	readonly person: Colleague;
	/** Has joined, and has written nothing yet. */
	readonly partner: string;
	/** Name of the group that is founded. */
	readonly group: string;
}

export interface Screen {
	readonly name: string;
	/** Resolves when the screen stands. */
	open(seat: Seat): Promise<unknown>;
	/** Menus. */
	readonly closesOnResize?: true;
}

const dialog = ({ person }: Seat, key: string, values = {}) =>
	person.page.getByRole('dialog', { name: person.word(key, values), exact: true });

const menu = ({ person }: Seat) => person.page.getByRole('menu');

/** Goes to a page unless it is there. */
async function at({ person }: Seat, path: string, heading: string): Promise<void> {
	if (new URL(person.page.url()).pathname !== path) await person.go(path);
	await person.heading(heading).first().waitFor();
}

/** After a load, past the lock where there is one. */
async function comeTo(person: Colleague, heading: string): Promise<void> {
	const there = person.heading(heading);
	await there.or(person.heading('lock_title')).waitFor();
	if (!(await there.isVisible())) await person.unlock();
	await there.waitFor();
}

/** From a conversation to what is known of it. */
async function info({ person }: Seat, heading: string): Promise<void> {
	const { pathname } = new URL(person.page.url());
	if (!pathname.endsWith('/info')) await person.go(`${pathname}/info`);
	await person.heading(heading).waitFor();
}

/** A sheet that a button of the page opens. */
async function sheet(seat: Seat, button: string, name = button, values = {}): Promise<void> {
	await seat.person.button(button).click();
	await dialog(seat, name, values).waitFor();
}

/** What a menu's button offers, once it is open. */
async function openMenu(seat: Seat, key: string, values = {}): Promise<void> {
	await seat.person.button(key, values).first().click();
	await menu(seat).waitFor();
}

async function choose(seat: Seat, item: string, opened: string, values = {}): Promise<void> {
	const name = seat.person.word(item);
	await menu(seat).getByRole('menuitem', { name, exact: true }).click();
	await dialog(seat, opened, values).waitFor();
}

const deviceMenu = async (seat: Seat): Promise<void> => {
	await seat.person.page.getByRole('main').getByRole('button', { name: /Chrom/ }).click();
	await menu(seat).waitFor();
};

const messageMenu = async (seat: Seat): Promise<void> => {
	await seat.person.message('Guten Tag').click({ button: 'right' });
	await menu(seat).waitFor();
};

/** For everybody, from the first look into the app on. */
export const SCREENS: Screen[] = [
	{
		name: 'no conversation yet',
		open: ({ person }) => person.page.getByText(person.word('conversations_empty_title')).waitFor()
	},
	{ name: 'address book', open: (seat) => at(seat, '/adressbuch', 'directory_title') },
	{
		name: 'person',
		open: async ({ person, partner }) => {
			await person.page.getByRole('link').filter({ hasText: partner }).first().click();
			await person.button('directory_write').waitFor();
		}
	},
	{ name: 'new conversation', open: (seat) => at(seat, '/neu', 'conversations_new') },
	{
		name: 'new group, people',
		open: async ({ person, partner }) => {
			await person.button('conversations_new_group').click();
			await person.page.getByRole('checkbox').filter({ hasText: partner }).click();
			await person.button('conversations_continue_with', { count: 1 }).waitFor();
		}
	},
	{
		name: 'new group, name',
		open: async ({ person }) => {
			await person.button('conversations_continue_with', { count: 1 }).click();
			await person.field('conversations_group_name').waitFor();
		}
	},
	{
		name: 'chat',
		open: async ({ person, partner }) => {
			await person.openChats();
			await person.startChat(partner);
			await person.send('Guten Tag\nmit zwei Zeilen');
			await person.send('Ein Text mit Link: https://www.lindenbach.example/fest');
			// What says that it comes next to it must not lie above what is looked at.
			await person.state('Guten Tag', 'delivered').or(person.state('Guten Tag', 'read')).waitFor();
		}
	},
	{ name: 'menu of a message', open: messageMenu, closesOnResize: true },
	{
		name: 'details of a message',
		open: async (seat) => {
			await messageMenu(seat);
			await choose(seat, 'conversations_details', 'conversations_details');
		}
	},
	{ name: 'emoji', open: (seat) => sheet(seat, 'conversations_emoji') },
	{ name: 'details of a chat', open: (seat) => info(seat, 'conversations_info_person') },
	{
		name: 'group',
		open: async ({ person, partner, group }) => {
			await person.openChats();
			await person.startGroup(group, [partner]);
		}
	},
	{ name: 'details of a group', open: (seat) => info(seat, 'conversations_info_group') },
	{
		name: 'menu of a member',
		open: (seat) => openMenu(seat, 'conversations_member_menu', { name: seat.partner }),
		closesOnResize: true
	},
	{ name: 'edit a group', open: (seat) => sheet(seat, 'conversations_edit_group') },
	{
		name: 'add people',
		open: async (seat) => {
			await sheet(seat, 'conversations_add_people');
			await seat.person.page.getByRole('dialog').getByRole('checkbox').first().waitFor();
		}
	},
	{
		name: 'leave a group',
		open: (seat) =>
			sheet(seat, 'conversations_leave', 'conversations_leave_title', { title: seat.group })
	},
	{ name: 'list of chats', open: ({ person }) => person.openChats() },
	{
		name: 'search from anywhere',
		open: async (seat) => {
			await seat.person.page.keyboard.press('Control+k');
			await dialog(seat, 'conversations_palette').getByRole('option').first().waitFor();
		}
	},
	{ name: 'settings', open: (seat) => at(seat, '/mehr', 'settings_page') },
	{ name: 'change the PIN', open: (seat) => sheet(seat, 'settings_change_pin') },
	{ name: 'wipe', open: (seat) => sheet(seat, 'settings_wipe', 'settings_wipe_title') },
	{
		name: 'devices',
		open: async (seat) => {
			await at(seat, '/mehr/geraete', 'devices_page');
			await seat.person.page.getByText(seat.person.word('devices_this')).waitFor();
		}
	},
	{ name: 'menu of a device', open: deviceMenu, closesOnResize: true },
	{
		name: 'rename a device',
		open: async (seat) => {
			await deviceMenu(seat);
			await choose(seat, 'devices_rename', 'devices_rename');
		}
	},
	{ name: 'about', open: (seat) => at(seat, '/mehr/ueber', 'settings_about') },
	{
		name: 'not found',
		open: async ({ person }) => {
			await person.page.goto(new URL('/nirgends', person.page.url()).href);
			await comeTo(person, 'app_not_found_title');
		}
	},
	{
		name: 'offer of notifications',
		open: async ({ person }) => {
			await person.page.context().grantPermissions(['notifications']);
			await person.comeBack(new URL('/', person.page.url()).href);
			await person.heading('notifications_offer_title').waitFor();
			await person.atChats();
		}
	},
	{
		name: 'a new version',
		open: async ({ person }) => {
			// A browser that says of the version which runs that it waits.
			await person.page.addInitScript(() =>
				Object.defineProperty(ServiceWorkerRegistration.prototype, 'waiting', {
					get() {
						return this.active;
					}
				})
			);
			await person.comeBack(new URL('/', person.page.url()).href);
			await person.button('app_update_now').waitFor();
			await person.atChats();
		}
	},
	{ name: 'locked', open: ({ person }) => person.lock() },
	{ name: 'forgotten PIN', open: (seat) => sheet(seat, 'lock_forgotten', 'lock_forgotten_title') }
];

/** For IT besides. */
export const ADMIN_SCREENS: Screen[] = [
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
			await seat.person.page.getByText(seat.person.word('admin_name_missing')).waitFor();
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
			await seat.person.page.getByText(seat.person.word('letter_help')).waitFor();
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
			await seat.person.page.getByText(seat.partner).waitFor();
		}
	},
	{
		name: 'person, for IT',
		open: async (seat) => {
			const { page } = seat.person;
			await page.getByRole('button').filter({ hasText: seat.partner }).click();
			const opened = page.getByRole('dialog', { name: seat.partner });
			await opened.getByRole('button', { name: /Chrom/ }).waitFor();
		}
	}
];
