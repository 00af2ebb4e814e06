/**
 * A custodian's answer to one request. The number of the new device is not shown but has to be heard from the person and
 * typed: who only presses "the same", or reads it out to a caller, would confirm anybody. Asks the engine; draws nothing.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { EngineLink } from '#core/engine/api.ts';
import type { RecoveryRequestView } from '#core/engine/recovery-api.ts';

const DIGITS = 9;

/** `other_device`: another one has come with the link since the two talked. */
export type ApprovalFault = 'incomplete' | 'different' | 'other_device';

const groupsOf = (digits: string): string[] => digits.match(/\d{3}/g) ?? [];

export class Approval {
	readonly #engine: EngineLink;
	typed = $state('');
	#fault = $state.raw<ApprovalFault | null>(null);

	constructor(engine: EngineLink) {
		this.#engine = engine;
	}

	get fault(): ApprovalFault | null {
		return this.#fault;
	}

	/** What was wrong is being mended. */
	change(): void {
		this.#fault = null;
	}

	/** Whether it is approved; else `fault` says why not. Rejects where neither is known. */
	async approve({ id, number }: RecoveryRequestView): Promise<boolean> {
		const digits = this.typed.replace(/[\s.-]/g, '');
		if (!/^\d+$/.test(digits) || digits.length !== DIGITS) return this.#refuse('incomplete');
		if (number?.join('') !== digits) return this.#refuse('different');
		try {
			await this.#engine.call('approveRecovery', { id, number: groupsOf(digits) });
			return true;
		} catch (error) {
			const isOther = error instanceof DienstwegError && error.code === 'conflict';
			if (!isOther) throw error;
			return this.#refuse('other_device');
		}
	}

	#refuse(fault: ApprovalFault): false {
		this.#fault = fault;
		return false;
	}
}
