/**
 * The way back in with IT's link: comes with it, shows the number, looks again and again until two custodians have
 * approved, makes the container. Asks the container; draws nothing. Looks only while somebody can see it, and less and
 * less often while nothing happens; must never keep the PIN longer than the call that takes it.
 */
import type { RecoverySteps } from '#core/engine/api.ts';
import type { Container } from '#core/engine/container.ts';
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { enterReceived } from './enter-received.ts';
import type { EnteringEntry, EnteringStep } from './entering-step.ts';

type Preview = RecoverySteps['link']['output'];

export type RestoreStep =
	/** `error`: why it could not be asked; it can be tried again. */
	| { at: 'opening'; error: unknown }
	/** `error`: why the last look failed; it goes on by itself. */
	| { at: 'waiting'; preview: Preview; approvedBy: string[]; error: unknown }
	/** It does not go on with this link, or in this tab. `preview`: who the custodians were, where that was seen. */
	| { at: 'over'; error: unknown; preview: Preview | null }
	| EnteringStep;

/** Milliseconds between two looks, the second growing from the first. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 15_000;
const GROWTH = 1.3;

/** After these the same may succeed later. */
const PASSING: readonly ErrorCode[] = ['offline', 'unavailable', 'rate_limited', 'internal'];
const isPassing = (error: unknown): boolean =>
	!(error instanceof DienstwegError) || PASSING.includes(error.code);

export class RestoreFlow {
	#step = $state.raw<RestoreStep>({ at: 'opening', error: null });
	readonly #container: Pick<Container, 'recover' | 'enrol'>;
	readonly #fragment: string;
	#preview: Preview | null = null;
	#pause = FIRST_PAUSE;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isSeen = true;
	#isAsking = false;
	#ended = false;

	constructor(container: Pick<Container, 'recover' | 'enrol'>, fragment: string) {
		this.#container = container;
		this.#fragment = fragment;
	}

	get step(): RestoreStep {
		return this.#step;
	}

	/** Returns what ends it, and forgets what was received. */
	begin(): () => void {
		void this.open();
		return () => {
			this.#ended = true;
			clearTimeout(this.#timer);
			const { at } = this.#step;
			if (at === 'working' || at === 'done') return;
			void this.#container.recover({ do: 'end' }).catch(() => undefined);
		};
	}

	/** Comes with the link, or tries that once more. */
	async open(): Promise<void> {
		if (this.#step.at !== 'opening' || this.#isAsking) return;
		this.#step = { at: 'opening', error: null };
		await this.#ask(async () => {
			const preview = await this.#container.recover({ do: 'link', fragment: this.#fragment });
			this.#preview = preview;
			return { at: 'waiting', preview, approvedBy: [], error: null };
		});
	}

	/** Whether somebody can see it: out of sight it does not ask. Back in sight, or in the network, it asks at once. */
	see(isSeen: boolean): void {
		this.#isSeen = isSeen;
		clearTimeout(this.#timer);
		if (!isSeen) return;
		this.#pause = FIRST_PAUSE;
		if (this.#step.at === 'opening') void this.open();
		else void this.#look();
	}

	/** Makes the container, and comes in. */
	async finish(entry: EnteringEntry): Promise<void> {
		if (this.#step.at !== 'pin') return;
		this.#step = { at: 'working' };
		const step = await enterReceived(this.#container, entry);
		this.#step = step.at === 'over' ? { ...step, preview: this.#preview } : step;
	}

	async #look(): Promise<void> {
		const step = this.#step;
		if (step.at !== 'waiting' || this.#isAsking) return;
		await this.#ask(async () => {
			const { approvedBy, isReceived } = await this.#container.recover({ do: 'look' });
			if (isReceived) return { at: 'pin', error: null, entered: null };
			const isNews = approvedBy.length !== step.approvedBy.length;
			this.#pause = isNews ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, this.#pause * GROWTH);
			return { ...step, approvedBy, error: null };
		});
	}

	async #ask(question: () => Promise<RestoreStep>): Promise<void> {
		this.#isAsking = true;
		try {
			this.#step = await question();
		} catch (error) {
			this.#pause = LONGEST_PAUSE;
			const step = this.#step;
			this.#step =
				isPassing(error) && 'error' in step
					? { ...step, error }
					: { at: 'over', error, preview: this.#preview };
		} finally {
			this.#isAsking = false;
			this.#plan();
		}
	}

	#plan(): void {
		clearTimeout(this.#timer);
		if (this.#ended || !this.#isSeen) return;
		const { at } = this.#step;
		if (at === 'waiting') this.#timer = setTimeout(() => void this.#look(), this.#pause);
		else if (at === 'opening') this.#timer = setTimeout(() => void this.open(), this.#pause);
	}
}
