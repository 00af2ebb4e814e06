/**
 * Chain of the local store's schemas, oldest first. A released entry is never changed; a migration
 * imports nothing of the living code, so that it still does in two years what it did when it was tested.
 *
 * What stands in a schema string (primary keys and indexes) lies on disk in the clear: random ids, epochs
 * and positions only. Message ids are UUID v7 and tell times, so they are no keys.
 */
import type { Transaction } from 'dexie';

export interface StoreVersion {
	number: number;
	stores: Record<string, string | null>;
	upgrade?(transaction: Transaction): Promise<void>;
}

export const STORE_VERSIONS: readonly StoreVersion[] = [
	{
		number: 1,
		stores: {
			facts: 'name',
			people: 'id',
			conversations: 'id',
			aliases: 'id',
			profiles: 'conversation',
			drafts: 'conversation',
			messages: '[conversation+order]',
			outbox: 'position, conversation',
			groups: 'conversation',
			epochKeys: '[conversation+epoch]',
			chains: '[conversation+device]',
			keyPackages: 'ref'
		}
	},
	{
		number: 2,
		stores: { keyRequests: '[conversation+device]' }
	},
	{ number: 3, stores: { pastGroups: '[conversation+epoch]' } },
	{ number: 4, stores: { certificates: 'device', personal: 'name' } },
	{ number: 5, stores: { histories: 'conversation' } }
];
