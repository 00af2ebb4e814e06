/**
 * What this device has in common with the person's others: keeps it in step. Owns the order: first the keys, then what
 * is sealed under them, then what these open.
 */
import type { EpochPlace } from '#core/store/account-records.ts';
import type { SyncContext } from '../context.ts';
import { Backfill } from '../history/backfill.ts';
import { DepositDrafts } from '../terminal/deposit-drafts.ts';
import { takeDrafts } from '../terminal/take-drafts.ts';
import { stillGoing } from './end-epochs.ts';
import { ShareKeys } from './share-keys.ts';

/** What the person's devices need done in conversations. */
interface OwnRepairs {
	/** Begins the next epoch, soon and in the background, unless somebody else does. */
	endEpoch(place: EpochPlace): void;
}

export class OwnDevices {
	readonly backfill: Backfill;
	/** Of a terminal; does nothing elsewhere. */
	readonly leftDrafts: DepositDrafts;
	readonly #context: SyncContext;
	readonly #shareKeys: ShareKeys;
	readonly #repairs: OwnRepairs;

	constructor(context: SyncContext, repairs: OwnRepairs, onFault: (error: unknown) => void) {
		this.#context = context;
		this.#repairs = repairs;
		this.#shareKeys = new ShareKeys(context, onFault);
		this.backfill = new Backfill(context, onFault);
		this.leftDrafts = new DepositDrafts(context, onFault);
	}

	/** After each connection, and whenever another device has changed something. */
	async exchange(): Promise<void> {
		const { account, personal } = this.#context;
		// Needs none of what follows: whoever writes at a terminal may be gone before that is there.
		this.leftDrafts.start();
		await account.prepare();
		await this.#endEpochs();
		// From here on history can be opened; it waits for nothing else.
		this.backfill.resume();
		this.backfill.look();
		await personal.exchange();
		this.#shareKeys.start();
		await takeDrafts(this.#context);
	}

	/**
	 * What was learned up to now is there for the person's other devices, or goes up later where it does not get through.
	 * Rejects where the account can't be brought in order with the server.
	 */
	async shareKeys(): Promise<void> {
		// On a device that has just come there may be nothing yet to seal it under.
		await this.#context.account.prepare();
		await this.#shareKeys.share();
	}

	/** A device that was revoked reads on in none of them. Noted until they have ended, though this device goes meanwhile. */
	async #endEpochs(): Promise<void> {
		const { account, store } = this.#context;
		const listed = account.epochsToEnd;
		const open = await stillGoing(store, listed);
		if (open.length < listed.length) await account.keepEpochsToEnd(open);
		for (const place of open) this.#repairs.endEpoch(place);
	}

	async close(): Promise<void> {
		this.#context.personal.close();
		await this.#shareKeys.close();
		await this.backfill.close();
		await this.leftDrafts.close();
	}
}
