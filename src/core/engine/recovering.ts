/**
 * Getting back in on a new device, step by step: with the code, or with IT's link and two custodians. Owns the key that
 * this device has made up for the link, in memory only; hands what it receives to the one place for that.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { RecoveryStep, RestorePreview, RestoreProgress } from './joining.ts';
import type { ReceivedAccount } from './received-account.ts';
import { openRecoveryCode } from './recover-by-code.ts';
import { presentRestoreLink, type RestoreAttempt } from './recover-by-custodians.ts';

export class Recovering {
	readonly #transport: Transport;
	readonly #received: ReceivedAccount;
	#attempt: RestoreAttempt | null = null;

	constructor(transport: Transport, received: ReceivedAccount) {
		this.#transport = transport;
		this.#received = received;
	}

	/** Answers as `RecoverySteps` says. */
	async take(step: RecoveryStep): Promise<RestorePreview | RestoreProgress | undefined> {
		switch (step.do) {
			case 'code':
				this.#received.keep(await openRecoveryCode(this.#transport, step.code));
				return undefined;
			case 'link':
				return this.#present(step.fragment);
			case 'look':
				return this.#look();
			case 'end':
				this.#drop();
				this.#received.forget();
				return undefined;
		}
	}

	async #present(fragment: string): Promise<RestorePreview> {
		const attempt = await presentRestoreLink(this.#transport, fragment);
		this.#drop();
		this.#attempt = attempt;
		return attempt.preview;
	}

	async #look(): Promise<RestoreProgress> {
		const attempt = this.#attempt;
		// Such as after the worker has ended: to be begun anew.
		if (!attempt) throw new DienstwegError('permit_unknown');
		const { approvedBy, grant } = await attempt.look();
		if (!grant) return { approvedBy, isReceived: false };
		this.#received.keep(grant);
		if (this.#attempt === attempt) this.#drop();
		return { approvedBy, isReceived: true };
	}

	#drop(): void {
		this.#attempt?.end();
		this.#attempt = null;
	}
}
