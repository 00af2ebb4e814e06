/** A new device asks one of the person's to let it in. What it receives goes into the one slot for that, and nowhere else. */
import { decodeGrant } from '#core/protocol/account/account-grant.ts';
import { Attempt } from '#core/sync/linking/attempt.ts';
import type { LinkingState } from '#core/sync/linking/linking-state.ts';
import { TIMING, type Timing } from '#core/sync/pause.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { LinkingStep } from './api.ts';
import type { ReceivedAccount } from './received-account.ts';

export interface NewDeviceOptions {
	transport: Transport;
	origin: string;
	received: ReceivedAccount;
	onState(state: LinkingState): void;
	/** Intervals that differ from the usual ones: for tests. */
	timing?: Partial<Timing>;
}

export class NewDeviceLinking {
	readonly #options: NewDeviceOptions;
	#attempt: Attempt | null = null;

	constructor(options: NewDeviceOptions) {
		this.#options = options;
	}

	take(step: LinkingStep): void {
		switch (step.do) {
			case 'start':
				this.#start(step);
				break;
			case 'answer':
				this.#attempt?.answer(step.isSame);
				break;
			case 'end':
				this.#drop();
				this.#options.onState({ at: 'idle' });
		}
	}

	#drop(): void {
		this.#attempt?.cancel();
		this.#attempt = null;
		this.#options.received.forget();
	}

	#start({ device, offer }: Extract<LinkingStep, { do: 'start' }>): void {
		this.#drop();
		const { transport, origin, received, onState, timing } = this.#options;
		const attempt: Attempt = new Attempt({
			calls: transport.linking,
			origin,
			party: { role: 'new', device, receive: (bytes) => received.keep(decodeGrant(bytes)) },
			onState: (state) => {
				if (this.#attempt === attempt) onState(state);
			},
			timing: { ...TIMING, ...timing },
			now: () => Date.now(),
			random: Math.random
		});
		this.#attempt = attempt;
		void (offer === null ? attempt.show() : attempt.scan(offer));
	}
}
