/**
 * Whose keys a person has compared counts on all of the person's devices. A new device believes what was compared more
 * than what the server's directory shows it first.
 */
import type { Directory } from '../directory.ts';
import type { PersonalItems } from './personal.ts';

const PREFIX = 'verified:';

export class SharedVerified {
	readonly #items: PersonalItems;

	constructor(items: PersonalItems, directory: Directory) {
		this.#items = items;
		items.register(PREFIX, {
			async onItem(name, value) {
				const person = name.slice(PREFIX.length);
				const key = value && 'key' in value && typeof value.key === 'string' ? value.key : null;
				// The new device may not have read the address book yet.
				if (!directory.find(person)) await directory.refresh();
				await directory.takeVerified(person, key);
			}
		});
	}

	/** `key`: the one that was compared; null where that was taken back. */
	async tell(person: string, key: string | null): Promise<void> {
		await this.#items.put(PREFIX + person, key === null ? null : { key });
	}
}
