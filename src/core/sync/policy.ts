/** What the authority lays down, kept on this device: it holds without a network too, as it was last heard. */
import type { PolicyState, SetPolicyInput } from '#shared/contract/policy.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import type { ReadStore, Store } from '#core/store/database.ts';
import type { Server } from './server.ts';

/** The defaults until something was heard; also of what the server did not know yet when it was. */
export const readPolicy = async ({ facts }: Pick<ReadStore, 'facts'>): Promise<PolicyState> => {
	const fact = await facts.get('policy');
	const known = fact?.name === 'policy' ? fact.state : { version: 0, policy: {}, changed: null };
	return { ...known, policy: { ...DEFAULT_POLICY, ...known.policy } };
};

export class KeptPolicy {
	readonly #store: Store;
	readonly #server: Server;
	/** One call after the other: an answer that was overtaken would stay. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: Store, server: Server) {
		this.#store = store;
		this.#server = server;
	}

	refresh(): Promise<void> {
		return this.#inTurn(() => this.#server.call(({ policy }) => policy.get()));
	}

	/** For administrators. Rejects with `conflict` where somebody else was first; what they laid down is known then. */
	async set(input: SetPolicyInput): Promise<void> {
		try {
			await this.#inTurn(() => this.#server.call(({ policy }) => policy.set(input)));
		} catch (error) {
			if (error instanceof DienstwegError && error.code === 'conflict') await this.refresh();
			throw error;
		}
	}

	/** Whatever the server says last holds: a restored backup leads back to an earlier one. */
	#inTurn(ask: () => Promise<PolicyState>): Promise<void> {
		const result = this.#turn.then(async () => {
			const state = await ask();
			await this.#store.write(
				['facts'],
				async ({ facts }) => void (await facts.put({ name: 'policy', state }))
			);
		});
		this.#turn = result.catch(() => undefined);
		return result;
	}
}
