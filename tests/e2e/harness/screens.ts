/**
 * Every screen of an open app, and how one comes to it: what is checked for everybody's use. In an order in which
 * each needs what came before at most; whatever lies above the page is closed in between.
 */
import {
	at,
	choose,
	comeTo,
	dialog,
	info,
	menu,
	openMenu,
	sheet,
	type Screen,
	type Seat
} from './ways.ts';

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
		open: ({ person }) =>
			person.page.getByText(person.word('conversations_empty_title')).first().waitFor()
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
			await seat.person.page.getByText(seat.person.word('devices_this')).first().waitFor();
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
	{
		name: 'details of a device',
		open: async (seat) => {
			await deviceMenu(seat);
			await seat.person.menuItem('devices_details').click();
			await seat.person.page
				.getByRole('dialog')
				.getByText(seat.person.word('devices_state_active'))
				.waitFor();
		}
	},
	{
		name: 'what the authority lays down',
		open: async (seat) => {
			await at(seat, '/mehr/richtlinien', 'policy_member_page');
			await seat.person.page.getByText(seat.person.word('policy_copy')).first().waitFor();
		}
	},
	{
		name: 'nothing to warn of',
		open: async (seat) => {
			await at(seat, '/mehr/warnungen', 'safety_alarms_title');
			await seat.person.page
				.getByText(seat.person.word('safety_alarms_none_text'))
				.first()
				.waitFor();
		}
	},
	{
		name: 'no recovery code yet',
		open: async (seat) => {
			await at(seat, '/mehr/wiederherstellung', 'recovery_page');
			await seat.person.heading('recovery_none_title').waitFor();
		}
	},
	{
		name: 'a recovery code',
		open: async ({ person }) => {
			await person.button('recovery_make').click();
			await person.heading('recovery_shown_title').waitFor();
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
