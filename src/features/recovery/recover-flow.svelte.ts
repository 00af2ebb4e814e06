/**
 * The way of a new device into the account of somebody who has lost all others: which step is shown, what failed. Asks the
 * container; draws nothing. Must never keep the code or the PIN longer than the call that takes it.
 */
import type { Container } from '#core/engine/container.ts';
import { enterReceived } from './enter-received.ts';
import type { EnteringEntry, EnteringStep } from './entering-step.ts';

export type RecoverStep =
	| { at: 'ways' }
	| { at: 'anew' }
	/** IT's link has to be opened, or pasted. */
	| { at: 'link' }
	| { at: 'code'; busy: boolean; error: unknown }
	| EnteringStep;

export class RecoverFlow {
	#step = $state.raw<RecoverStep>({ at: 'ways' });
	readonly #container: Pick<Container, 'recover' | 'enrol'>;

	constructor(container: Pick<Container, 'recover' | 'enrol'>) {
		this.#container = container;
	}

	get step(): RecoverStep {
		return this.#step;
	}

	show(at: 'ways' | 'anew' | 'link' | 'code'): void {
		this.#step = at === 'code' ? { at, busy: false, error: null } : { at };
	}

	async open(code: string): Promise<void> {
		if (this.#step.at !== 'code' || this.#step.busy) return;
		this.#step = { at: 'code', busy: true, error: null };
		try {
			await this.#container.recover({ do: 'code', code });
			this.#step = { at: 'pin', error: null, entered: null };
		} catch (error) {
			this.#step = { at: 'code', busy: false, error };
		}
	}

	/** Makes the container, and comes in. */
	async finish(entry: EnteringEntry): Promise<void> {
		if (this.#step.at !== 'pin') return;
		this.#step = { at: 'working' };
		const step = await enterReceived(this.#container, entry);
		this.#step = step.at === 'over' ? { at: 'code', busy: false, error: step.error } : step;
	}
}
