/**
 * The way of a new device into the account of somebody who has lost all others: which step is shown, what failed. Asks the
 * container; draws nothing. Must never keep the code or the PIN longer than the call that takes it.
 */
import type { DeviceDescription } from '#core/engine/api.ts';
import type { Container } from '#core/engine/container.ts';
import { DienstwegError } from '#shared/contract/errors.ts';

interface Entered {
	displayName: string;
	device: DeviceDescription;
}

export type RecoverStep =
	| { at: 'ways' }
	| { at: 'anew' }
	| { at: 'code'; busy: boolean; error: unknown }
	/** `entered`: what was typed before a failed try, without the PIN. */
	| { at: 'pin'; error: unknown; entered: Entered | null }
	| { at: 'working' }
	| { at: 'done' };

export class RecoverFlow {
	#step = $state.raw<RecoverStep>({ at: 'ways' });
	readonly #container: Pick<Container, 'recover' | 'enrol'>;

	constructor(container: Pick<Container, 'recover' | 'enrol'>) {
		this.#container = container;
	}

	get step(): RecoverStep {
		return this.#step;
	}

	show(at: 'ways' | 'anew' | 'code'): void {
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
	async finish({ pin, displayName, device }: Entered & { pin: string }): Promise<void> {
		if (this.#step.at !== 'pin') return;
		this.#step = { at: 'working' };
		try {
			await this.#container.enrol({ way: 'received', device, pin });
			this.#step = { at: 'done' };
		} catch (error) {
			const isOver = error instanceof DienstwegError && error.code === 'permit_unknown';
			this.#step = isOver
				? { at: 'code', busy: false, error }
				: { at: 'pin', error, entered: { displayName, device } };
		}
	}
}
