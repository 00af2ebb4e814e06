/**
 * The way of a new device into an account that exists: which step is shown, what failed. Asks the container; draws nothing.
 * Must never keep the PIN longer than the call that takes it.
 */
import type { DeviceDescription, LinkingState } from '#core/engine/api.ts';
import type { Container } from '#core/engine/container.ts';
import { DienstwegError } from '#shared/contract/errors.ts';

interface Entered {
	displayName: string;
	device: DeviceDescription;
}

export interface PinEntry extends Entered {
	pin: string;
}

export type NewDeviceStep =
	/** First to the home screen, whose apps share no storage with the browser. */
	| { at: 'install' }
	/** The person scans or types what the old device shows. */
	| { at: 'taking' }
	| { at: 'linking'; state: LinkingState }
	/** `entered`: what was typed before a failed try, without the PIN. */
	| { at: 'pin'; error: unknown; entered: Entered | null }
	| { at: 'working' }
	| { at: 'done' };

export class NewDevice {
	#step = $state.raw<NewDeviceStep>({ at: 'linking', state: { at: 'connecting' } });
	readonly #container: Pick<Container, 'link' | 'watchLinking' | 'enrol'>;
	readonly #describe: () => Promise<DeviceDescription>;

	constructor(
		container: Pick<Container, 'link' | 'watchLinking' | 'enrol'>,
		describe: () => Promise<DeviceDescription>
	) {
		this.#container = container;
		this.#describe = describe;
	}

	get step(): NewDeviceStep {
		return this.#step;
	}

	/** `offer` is what the other device shows, if this page was opened with it. Returns what ends it. */
	begin(offer: string | null, installFirst: boolean): () => void {
		const unwatch = this.#container.watchLinking((state) => this.#follow(state));
		// What was received before this page was loaded anew is still there.
		if (this.step.at !== 'pin') {
			if (installFirst) this.#step = { at: 'install' };
			else void this.start(offer);
		}
		return () => {
			unwatch();
			if (this.#step.at !== 'working') this.#tell({ do: 'end' });
		};
	}

	/** Shows a code; or takes in what the other device shows. */
	async start(offer: string | null): Promise<void> {
		this.#step = { at: 'linking', state: { at: 'connecting' } };
		this.#tell({ do: 'start', device: await this.#describe(), offer });
	}

	/** The other way round: the camera, or the code typed. */
	take(): void {
		this.#step = { at: 'taking' };
		this.#tell({ do: 'end' });
	}

	/** The other device shows another number. */
	refuse(): void {
		this.#tell({ do: 'answer', isSame: false });
	}

	/** Makes the container, and comes in. */
	async finish({ pin, displayName, device }: PinEntry): Promise<void> {
		if (this.#step.at !== 'pin') return;
		this.#step = { at: 'working' };
		try {
			await this.#container.enrol({ way: 'received', device, pin });
			this.#step = { at: 'done' };
		} catch (error) {
			const code = error instanceof DienstwegError ? error.code : 'internal';
			this.#step =
				code === 'permit_unknown' || code === 'device_limit'
					? { at: 'linking', state: { at: 'failed', why: code } }
					: { at: 'pin', error, entered: { displayName, device } };
		}
	}

	#follow(state: LinkingState): void {
		const step = this.#step;
		if (step.at !== 'linking') return;
		if (state.at === 'received') this.#step = { at: 'pin', error: null, entered: null };
		else if (state.at !== 'idle') this.#step = { at: 'linking', state };
		// The worker has ended, and what was under way with it.
		else if (step.state.at !== 'connecting' && step.state.at !== 'failed')
			this.#step = { at: 'linking', state: { at: 'failed', why: 'cancelled' } };
	}

	#tell(step: Parameters<Container['link']>[0]): void {
		this.#container.link(step).catch((error: unknown) => {
			if (step.do !== 'start') return;
			const why = error instanceof DienstwegError ? error.code : 'internal';
			this.#step = { at: 'linking', state: { at: 'failed', why } };
		});
	}
}
