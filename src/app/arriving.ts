/**
 * A browser without a device, on its way into an account that exists: linking and recovery. Owns what tabs are told of
 * the linking; must never begin either where somebody has joined.
 */
import type { LinkingState, LinkingStep, RecoveryStep } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { HostPorts } from './host-ports.ts';

export interface ArrivingOptions {
	ports: Pick<HostPorts, 'link' | 'recover'>;
	/** Whether nobody has joined here. */
	isEmpty(): boolean;
	/** Tells all tabs. */
	tell(state: LinkingState): void;
}

export class Arriving {
	readonly #options: ArrivingOptions;
	#linking: LinkingState = { at: 'idle' };

	constructor(options: ArrivingOptions) {
		this.#options = options;
	}

	get linking(): LinkingState {
		return this.#linking;
	}

	async link(step: LinkingStep): Promise<void> {
		if (step.do === 'start') this.#requireEmpty();
		await this.#options.ports.link(step, (state) => {
			this.#linking = state;
			this.#options.tell(state);
		});
	}

	async recover(step: RecoveryStep): Promise<unknown> {
		if (step.do !== 'end') this.#requireEmpty();
		return this.#options.ports.recover(step);
	}

	#requireEmpty(): void {
		if (!this.#options.isEmpty()) throw new DienstwegError('conflict');
	}
}
