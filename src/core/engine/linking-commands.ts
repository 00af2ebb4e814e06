/** Commands by which a person's device lets a new one in. One attempt at a time; its state is in memory, for views. */
import { encodeGrant } from '#core/protocol/account/account-grant.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { Attempt } from '#core/sync/linking/attempt.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { Commands } from './api.ts';
import { makeGrant, wipeGrant } from './entering.ts';

export type LinkingCommands = {
	[Each in 'startLinking' | 'answerLinking' | 'endLinking']: (
		input: Commands[Each]['input']
	) => Promise<Commands[Each]['output']>;
};

export class LinkingHost {
	readonly #sync: Sync;
	readonly #own: { account: AccountFact; origin: string };
	#attempt: Attempt | null = null;

	constructor(sync: Sync, own: { account: AccountFact; origin: string }) {
		this.#sync = sync;
		this.#own = own;
	}

	readonly commands: LinkingCommands = {
		startLinking: async ({ offer }) => {
			this.close();
			const attempt = this.#begin();
			void (offer === null ? attempt.show() : attempt.scan(offer));
		},
		answerLinking: async ({ isSame }) => this.#attempt?.answer(isSame),
		endLinking: async () => {
			this.close();
			this.#sync.context.memory.setLinking({ at: 'idle' });
		}
	};

	close(): void {
		this.#attempt?.cancel();
		this.#attempt = null;
	}

	#begin(): Attempt {
		const { memory, server, timing, now, random } = this.#sync.context;
		const attempt: Attempt = new Attempt({
			calls: server.transport.linking,
			origin: this.#own.origin,
			party: { role: 'old', grant: () => this.#grant() },
			onState: (state) => {
				if (this.#attempt === attempt) memory.setLinking(state);
			},
			timing,
			now,
			random
		});
		this.#attempt = attempt;
		return attempt;
	}

	async #grant(): Promise<Uint8Array> {
		// Whoever links a new device may put the old one away the moment after.
		await this.#sync.ownDevices.shareKeys();
		const grant = await makeGrant(this.#sync.context, this.#own.account);
		try {
			return encodeGrant(grant);
		} finally {
			wipeGrant(grant);
		}
	}
}
