/** How one comes to a screen of an open app: steps that several screens share. */
import { expect } from 'vitest';
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

/** Who looks, where nothing else counts. */
type Looker = Pick<Seat, 'person'>;

export const dialog = ({ person }: Looker, key: string, values = {}) =>
	person.page.getByRole('dialog', { name: person.word(key, values), exact: true });

export const menu = ({ person }: Seat) => person.page.getByRole('menu');

/** Goes to a page unless it is there. */
export async function at({ person }: Looker, path: string, heading: string): Promise<void> {
	if (new URL(person.page.url()).pathname !== path) await person.go(path);
	await person.heading(heading).first().waitFor();
}

/** Short notices go by themselves, unless the pointer rests on them; until then they may lie over what is to be pressed. */
export async function noticesGone({ page }: Colleague): Promise<void> {
	await page.mouse.move(0, 0);
	await expect.poll(() => page.locator('.toast').count()).toBe(0);
}

/** After a load, past the lock where there is one. */
export async function comeTo(person: Colleague, heading: string): Promise<void> {
	const there = person.heading(heading);
	await there.or(person.heading('lock_title')).waitFor();
	if (!(await there.isVisible())) await person.unlock();
	await there.waitFor();
}

/** From a conversation to what is known of it. */
export async function info({ person }: Seat, heading: string): Promise<void> {
	const { pathname } = new URL(person.page.url());
	if (!pathname.endsWith('/info')) await person.go(`${pathname}/info`);
	await person.heading(heading).waitFor();
}

/** A sheet that a button of the page opens. */
export async function sheet(seat: Seat, button: string, name = button, values = {}): Promise<void> {
	await seat.person.button(button).click();
	await dialog(seat, name, values).waitFor();
}

/** What a menu's button offers, once it is open. */
export async function openMenu(seat: Seat, key: string, values = {}): Promise<void> {
	await seat.person.button(key, values).first().click();
	await menu(seat).waitFor();
}

export async function choose(seat: Seat, item: string, opened: string, values = {}): Promise<void> {
	const name = seat.person.word(item);
	await menu(seat).getByRole('menuitem', { name, exact: true }).click();
	await dialog(seat, opened, values).waitFor();
}
