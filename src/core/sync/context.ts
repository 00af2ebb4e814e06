/** What the parts of sync share: made once when the engine opens. Types only. */
import type { DeviceKeys, TrustPolicy } from '#core/protocol/identity.ts';
import type { Store } from '#core/store/database.ts';
import type { Account } from './account/account.ts';
import type { RecoverySealing } from './account/recovery-recipients.ts';
import type { PersonalItems } from './account/personal.ts';
import type { Shared } from './account/shared.ts';
import type { Directory } from './directory.ts';
import type { EpochKeys } from './epoch-keys.ts';
import type { Groups } from './groups.ts';
import type { HistoryProgress } from './history/progress.ts';
import type { KeyedLock } from './keyed-lock.ts';
import type { Memory } from './memory.ts';
import type { Orders } from './orders.ts';
import type { Pauses, Timing } from './pause.ts';
import type { KeptPolicy } from './policy.ts';
import type { Server } from './server.ts';
import type { Transparency } from './transparency/transparency.ts';

export interface SyncContext {
	store: Store;
	server: Server;
	directory: Directory;
	memory: Memory;
	groups: Groups;
	epochKeys: EpochKeys;
	account: Account;
	recovery: RecoverySealing;
	personal: PersonalItems;
	shared: Shared;
	policy: KeptPolicy;
	orders: Orders;
	history: HistoryProgress;
	transparency: Transparency;
	self: DeviceKeys;
	trust: TrustPolicy;
	pauses: Pauses;
	timing: Timing;
	/** 0 to 1. */
	random(): number;
	/** Milliseconds since 1970. */
	now(): number;
	locks: {
		/** Held while a conversation's records are worked out and written; never across a call to the server. */
		state: KeyedLock;
		/** Held while something of this device is on its way into a conversation; taken before `state`. */
		sending: KeyedLock;
	};
}
