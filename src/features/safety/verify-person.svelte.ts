/** State of comparing keys with one person: what was scanned, and what it means. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { SafetyVerdict } from '#core/engine/safety-api.ts';

export class VerifyPerson {
	readonly #engine: EngineLink;
	readonly #person: string;
	#isScanning = $state(false);
	#verdict = $state<SafetyVerdict | null>(null);

	constructor(engine: EngineLink, person: string) {
		this.#engine = engine;
		this.#person = person;
	}

	get isScanning(): boolean {
		return this.#isScanning;
	}

	/** Of the last scan; null before one, and while the next one is under way. */
	get verdict(): SafetyVerdict | null {
		return this.#verdict;
	}

	scan(): void {
		this.#verdict = null;
		this.#isScanning = true;
	}

	stop(): void {
		this.#isScanning = false;
	}

	/** A code that says something about the two ends the scan; any other may have come into view by chance. */
	async read(text: string): Promise<SafetyVerdict> {
		const { verdict } = await this.#engine.call('checkSafetyCode', { person: this.#person, text });
		this.#verdict = verdict;
		if (verdict === 'same' || verdict === 'different') this.#isScanning = false;
		return verdict;
	}

	async keep(isVerified: boolean): Promise<void> {
		await this.#engine.call('setVerified', { person: this.#person, isVerified });
		this.#verdict = null;
	}
}
