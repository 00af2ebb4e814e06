/** Everything that is shared item by item among a person's devices, made once when the engine opens. */
import type { SettingsFact } from '#core/store/records.ts';
import type { Store } from '#core/store/database.ts';
import type { Directory } from '../directory.ts';
import type { PersonalItems } from './personal.ts';
import { SharedDrafts } from './share-drafts.ts';
import { SharedReads } from './share-reads.ts';
import { SharedSettings } from './share-settings.ts';
import { SharedVerified } from './share-verified.ts';

export interface Shared {
	drafts: SharedDrafts;
	reads: SharedReads;
	settings: SharedSettings;
	verified: SharedVerified;
}

/** From now on items that come are taken; `defaults`: settings that nobody has chosen yet. */
export const shareAll = (
	items: PersonalItems,
	{
		store,
		directory,
		defaults
	}: { store: Store; directory: Directory; defaults: Omit<SettingsFact, 'name'> }
): Shared => ({
	drafts: new SharedDrafts(items, store),
	reads: new SharedReads(items),
	settings: new SharedSettings(items, store, defaults),
	verified: new SharedVerified(items, directory)
});
