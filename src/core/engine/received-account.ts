/**
 * The one place for an account that this browser has received and not entered yet: between linking or recovery and the
 * PIN that makes its container. In memory only; must never be read by a tab.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { AccountGrant } from '#core/protocol/account/account-grant.ts';
import { wipeGrant } from './entering.ts';

export class ReceivedAccount {
	#grant: AccountGrant | null = null;

	/** Takes the place of another one. From here on the grant is this one's to wipe. */
	keep(grant: AccountGrant): void {
		this.forget();
		this.#grant = grant;
	}

	/** Throws `permit_unknown` where there is none, such as after the worker has ended: to be begun anew. */
	require(): AccountGrant {
		if (!this.#grant) throw new DienstwegError('permit_unknown');
		return this.#grant;
	}

	forget(): void {
		if (this.#grant) wipeGrant(this.#grant);
		this.#grant = null;
	}
}
