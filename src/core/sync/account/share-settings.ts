/** Settings that belong to the person and not to a device: whether others see that one has read. */
import type { SettingsFact } from '#core/store/records.ts';
import type { Store } from '#core/store/database.ts';
import type { PersonalItems } from './personal.ts';

const KEY = 'settings';

export class SharedSettings {
	readonly #items: PersonalItems;
	readonly #store: Store;
	readonly #defaults: Omit<SettingsFact, 'name'>;

	constructor(items: PersonalItems, store: Store, defaults: Omit<SettingsFact, 'name'>) {
		this.#items = items;
		this.#store = store;
		this.#defaults = defaults;
		items.register(KEY, {
			async onItem(_key, value) {
				if (!value || !('readReceipts' in value)) return;
				const readReceipts = value.readReceipts === true;
				await store.write(['facts'], async ({ facts }) => {
					const known = await facts.get('settings');
					const settings = known?.name === 'settings' ? known : defaults;
					await facts.put({ ...settings, name: 'settings', readReceipts });
				});
			}
		});
	}

	/** What is set here, after it was kept. */
	async tell(): Promise<void> {
		const fact = await this.#store.read.facts.get('settings');
		const { readReceipts } = fact?.name === 'settings' ? fact : this.#defaults;
		await this.#items.put(KEY, { readReceipts });
	}
}
