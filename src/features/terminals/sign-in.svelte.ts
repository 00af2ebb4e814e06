/** Signing in at a terminal, on one's own device: a code that was scanned or typed, what it belongs to, the word for it. */
import type { EngineLink } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { TerminalPlate } from '#shared/contract/terminals.ts';

export type SignInStep =
	| { step: 'code' }
	| { step: 'confirm'; terminal: TerminalPlate; code: string }
	| { step: 'granted'; terminal: TerminalPlate };

export class SignIn {
	readonly #engine: EngineLink;
	#step = $state.raw<SignInStep>({ step: 'code' });
	#busy = $state(false);
	#error = $state.raw<unknown>(null);

	constructor(engine: EngineLink) {
		this.#engine = engine;
	}

	get step(): SignInStep {
		return this.#step;
	}

	get isBusy(): boolean {
		return this.#busy;
	}

	get error(): unknown {
		return this.#error;
	}

	/** What was scanned or typed; anything but a code of the moment is said to be none. */
	async find(code: string): Promise<void> {
		if (this.#step.step !== 'code') return;
		await this.#try(async () => {
			const terminal = await this.#engine.call('findTerminal', { code });
			this.#step = { step: 'confirm', terminal, code };
		});
	}

	async confirm(): Promise<void> {
		if (this.#step.step !== 'confirm') return;
		const { terminal, code } = this.#step;
		await this.#try(async () => {
			await this.#engine.call('signInAtTerminal', { code });
			this.#step = { step: 'granted', terminal };
		});
		// Its code is over: the next one is to be scanned.
		const isOver =
			this.#error instanceof DienstwegError && this.#error.code === 'terminal_code_unknown';
		if (isOver) this.#step = { step: 'code' };
	}

	/** Another terminal, or none. */
	back(): void {
		this.#step = { step: 'code' };
		this.#error = null;
	}

	async #try(work: () => Promise<void>): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		this.#error = null;
		try {
			await work();
		} catch (error) {
			this.#error = error;
		} finally {
			this.#busy = false;
		}
	}
}
