/**
 * What an administrator wants to lay down: own changes on top of what holds now, whoever changes that meanwhile. Asks the
 * engine; draws nothing.
 */
import type { EngineLink } from '#core/engine/api.ts';
import type { Policy, PolicyChange, PolicyState } from '#shared/contract/policy.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { Answer } from '#ui/answer.svelte.ts';
import { differences } from './policy-difference.ts';
import type { PolicyName } from './policy-texts.ts';

export class PolicyAdmin {
	readonly #engine: EngineLink;
	readonly #history: Answer<PolicyChange[]>;
	#state = $state.raw<PolicyState | null>(null);
	#wishes = $state.raw<Partial<Policy>>({});
	#overtakenBy = $state.raw<string | null>(null);
	/** The version that came of `lay`. */
	#laid = 0;

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#history = new Answer(() => engine.call('listPolicyChanges', undefined));
	}

	/** Follows what holds; returns what ends it. */
	start(): () => void {
		return this.#engine.watch('policy', undefined, (state) => this.#adopt(state));
	}

	/** What holds; null until it is known. */
	get state(): PolicyState | null {
		return this.#state;
	}

	/** What would hold. */
	get wished(): Policy | null {
		return this.#state && { ...this.#state.policy, ...this.#wishes };
	}

	/** Which would change. */
	get changed(): PolicyName[] {
		return this.#state && this.wished ? differences(this.#state.policy, this.wished) : [];
	}

	/** Who has changed something since one's own changes began; null when nobody has. */
	get overtakenBy(): string | null {
		return this.#overtakenBy;
	}

	/** The last changes, newest first; null until they are there. */
	get history(): PolicyChange[] | null {
		return this.#history.current;
	}

	get historyError(): unknown {
		return this.#history.error;
	}

	wish(change: Partial<Policy>): void {
		this.#wishes = { ...this.#wishes, ...change };
	}

	/** Lays this down at once and alone; what else is wished stays a wish. Rejects with `conflict` where somebody was first. */
	async lay(change: Partial<Policy>): Promise<void> {
		if (!this.#state) return;
		const { version, policy } = this.#state;
		this.#laid = version + 1;
		await this.#engine.call('setPolicy', { version, policy: { ...policy, ...change } });
	}

	discard(): void {
		this.#wishes = {};
		this.#overtakenBy = null;
	}

	/** False where somebody else was first: what they changed is to be looked at before another try. Rejects otherwise. */
	async save(): Promise<boolean> {
		const state = this.#state;
		const policy = this.wished;
		if (!state || !policy) return false;
		try {
			await this.#engine.call('setPolicy', { version: state.version, policy });
			this.discard();
			return true;
		} catch (error) {
			const isOvertaken = error instanceof DienstwegError && error.code === 'conflict';
			if (!isOvertaken) throw error;
			// Who it was comes with what they changed.
			if (this.changed.length > 0) this.#overtakenBy ??= '';
			return false;
		}
	}

	#adopt(state: PolicyState): void {
		const before = this.#state;
		const own = this.changed.map((name) => [name, this.#wishes[name]]);
		this.#wishes = Object.fromEntries(own);
		this.#state = state;
		if (before?.version !== state.version) void this.#history.ask();
		if (this.changed.length === 0) this.discard();
		else if (before?.version !== state.version && state.version !== this.#laid)
			this.#overtakenBy = state.changed?.by ?? '';
	}
}
