/**
 * A person in front of a browser: does what people do, through the names that they see. Everything waits for what
 * it expects to appear; nothing here knows how the app is made.
 */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { followLink } from './follow-link.ts';
import { type Language, word } from './words.ts';

export const PIN = '739164';
/** Opens a container without a network, which a PIN doesn't. */
export const PHRASE = 'vier alte Boote schlafen';

export interface Written {
	id: string;
	text: string;
	mine: boolean;
}

export interface PersonDetails {
	name: string;
	department?: string;
	functionTitle?: string;
}

export class Colleague {
	readonly page: Page;
	readonly name: string;
	readonly #language: Language;

	constructor(page: Page, name: string, language: Language = 'de') {
		this.page = page;
		this.name = name;
		this.#language = language;
	}

	word(key: string, values: Record<string, string | number> = {}): string {
		return word(key, values, this.#language);
	}

	button(key: string, values: Record<string, string | number> = {}): Locator {
		return this.page.getByRole('button', { name: this.word(key, values), exact: true });
	}

	link(key: string): Locator {
		return this.page.getByRole('link', { name: this.word(key), exact: true });
	}

	field(key: string, values: Record<string, string | number> = {}): Locator {
		return this.page.getByLabel(this.word(key, values), { exact: true });
	}

	heading(key: string, values: Record<string, string | number> = {}): Locator {
		return this.page.getByRole('heading', { name: this.word(key, values), exact: true });
	}

	/** From the link to the list of chats. The first administrator is asked for a name. */
	async join(link: string, pin = PIN): Promise<void> {
		await this.openInvitation(link);
		await this.choosePin(pin);
		await this.enter();
	}

	async openInvitation(link: string): Promise<void> {
		await this.page.goto(link);
		await this.button('common_continue').click();
	}

	async choosePin(pin = PIN): Promise<void> {
		await this.field('common_pin_new').fill(pin);
		await this.field('common_pin_repeat').fill(pin);
		const name = this.field('join_your_name');
		if (await name.isVisible()) await name.fill(this.name);
		await this.button('join_finish').click();
	}

	/** Past the page that says that all is set up, and past the offer to install. */
	async enter(): Promise<void> {
		await this.heading('join_done').waitFor();
		await this.button('join_open').or(this.button('install_later')).click();
		await this.atChats();
	}

	async atChats(): Promise<void> {
		await this.heading('conversations_title').first().waitFor();
	}

	/** Resolves once the app's own files are on disk, so that it starts without a network. */
	async shellKept(): Promise<void> {
		await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
	}

	/** Opens the locked container. */
	async unlock(pin = PIN): Promise<void> {
		await this.field('lock_pin').or(this.field('lock_phrase')).fill(pin);
		await this.button('lock_open').click();
		await this.heading('lock_title').waitFor({ state: 'detached' });
	}

	/** Opens the app anew; unlocks where that is asked. A tab that was closed just now may have left it open. */
	async comeBack(url: string, pin = PIN): Promise<void> {
		await this.page.goto(url);
		const locked = this.heading('lock_title');
		// A phone shows no navigation in a chat.
		const open = this.page.getByRole('navigation').or(this.page.getByRole('textbox'));
		await locked.or(open).first().waitFor();
		if (await locked.isVisible()) await this.unlock(pin);
	}

	/** Invites as an administrator; resolves with the link. */
	async invite(person: PersonDetails): Promise<string> {
		await this.go('/verwaltung');
		await this.button('admin_invite').click();
		await this.field('admin_name').fill(person.name);
		await this.optionalField('admin_department').fill(person.department ?? '');
		await this.optionalField('admin_function').fill(person.functionTitle ?? '');
		await this.button('admin_create').click();
		const link = await this.field('admin_link_label').inputValue();
		await this.closeSheet();
		return link;
	}

	/** A field whose label goes on to say that it may be left out. */
	optionalField(key: string): Locator {
		return this.page.getByLabel(new RegExp(`^${this.word(key)}`));
	}

	async go(path: string): Promise<void> {
		await followLink(this.page, path);
	}

	async openChats(): Promise<void> {
		await this.go('/');
		await this.atChats();
	}

	/** Opens a conversation from the list by its title. */
	async openChat(title: string): Promise<void> {
		await this.openChats();
		await this.chatRow(title).click();
		await this.composer(title).waitFor();
	}

	/** A row of the list of chats. */
	chatRow(title: string): Locator {
		return this.page
			.getByRole('list', { name: this.word('conversations_title') })
			.getByRole('link')
			.filter({ hasText: title })
			.first();
	}

	/** Begins a direct chat with someone of the address book. */
	async startChat(person: string): Promise<void> {
		await this.go('/neu');
		await this.heading('conversations_new').waitFor();
		await this.page
			.getByRole('list', { name: this.word('conversations_people') })
			.getByRole('button')
			.filter({ hasText: person })
			.click();
		await this.composer(person).waitFor();
	}

	async startGroup(title: string, people: string[]): Promise<void> {
		await this.go('/neu');
		await this.button('conversations_new_group').click();
		for (const person of people) {
			await this.page.getByRole('checkbox').filter({ hasText: person }).click();
		}
		await this.button('conversations_continue_with', { count: people.length }).click();
		await this.field('conversations_group_name').fill(title);
		await this.button('conversations_create_group').click();
		await this.composer(title).waitFor();
	}

	composer(title: string): Locator {
		return this.page.getByRole('textbox', {
			name: this.word('conversations_write_to', { title }),
			exact: true
		});
	}

	/** Writes into the conversation that is open and sends. */
	async send(text: string): Promise<void> {
		const writing = this.page.getByRole('textbox', {
			name: new RegExp(`^${this.word('conversations_write_to', { title: '' }).trim()}`)
		});
		await writing.fill(text);
		await this.button('conversations_send').click();
		const refusal = this.page.locator('.toast.danger');
		await this.message(text.split('\n')[0] ?? '')
			.or(refusal)
			.first()
			.waitFor();
		if (await refusal.count()) throw new Error(`Not sent: ${await refusal.first().innerText()}`);
	}

	/** Opens the menu behind a button and takes one of its actions. */
	async choose(
		menu: string,
		values: Record<string, string | number>,
		action: string
	): Promise<void> {
		await this.button(menu, values).click();
		await this.menuItem(action).click();
	}

	/** What is shown above the page, by its cross, the first: notes have one too. */
	async closeSheet(): Promise<void> {
		const name = this.word('common_close');
		await this.page.getByRole('dialog').getByRole('button', { name, exact: true }).first().click();
	}

	/** An action of the menu that is open. */
	menuItem(key: string): Locator {
		return this.page.getByRole('menuitem', { name: this.word(key), exact: true });
	}

	async lock(): Promise<void> {
		await this.go('/mehr');
		await this.button('settings_lock_now').click();
		await this.heading('lock_title').waitFor();
	}

	/** The bubble with this text in the conversation that is open. */
	message(text: string): Locator {
		return this.page.getByRole('article').filter({ hasText: text });
	}

	/** The state that a message of one's own shows: waiting, sent, delivered, read. */
	state(text: string, state: 'waiting' | 'sent' | 'delivered' | 'read'): Locator {
		const name = this.word(`conversations_state_${state}`);
		return this.message(text).getByRole('img', { name, exact: true });
	}

	/** Every message of the open conversation, read by scrolling from the newest to the oldest. */
	async readAll(): Promise<Written[]> {
		const seen = new Map<string, Written>();
		/** Resolves to whether the top is reached. */
		const scroll = (to: 'newest' | 'older'): Promise<boolean> =>
			this.page
				.locator('[data-message]')
				.first()
				.evaluate((message, direction) => {
					let box = message.parentElement;
					while (box && box.scrollHeight <= box.clientHeight + 1) box = box.parentElement;
					box?.scrollBy(0, direction === 'newest' ? 1e6 : -box.clientHeight / 2);
					return !box || box.scrollTop < 1;
				}, to);
		for (let step = 0; step < 3; step += 1) {
			await scroll('newest');
			await this.page.waitForTimeout(150);
		}
		for (let still = 0; still < 5;) {
			const before = seen.size;
			for (const message of await this.visibleMessages()) seen.set(message.id, message);
			const isAtTop = await scroll('older');
			await this.page.waitForTimeout(100);
			// Before the top, what is seen next may only be late.
			still = isAtTop && seen.size === before ? still + 1 : 0;
		}
		return [...seen.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
	}

	async visibleMessages(): Promise<Written[]> {
		return this.page.locator('[data-message]').evaluateAll((elements) =>
			elements.map((element) => ({
				id: element.getAttribute('data-message') ?? '',
				// In groups the sender's name stands above.
				text: [...element.querySelectorAll('[dir="auto"]')].at(-1)?.textContent ?? '',
				mine: element.parentElement?.classList.contains('mine') ?? false
			}))
		);
	}
}

/** Everybody who sat down in this file, for pictures of what went wrong. */
export const seated: Colleague[] = [];

/** A new tab of a browser with someone in front of it. */
export async function sitDown(
	context: BrowserContext,
	name: string,
	language: Language = 'de'
): Promise<Colleague> {
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	const colleague = new Colleague(page, name, language);
	seated.push(colleague);
	return colleague;
}
