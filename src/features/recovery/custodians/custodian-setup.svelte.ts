/**
 * Whether IT may restore access, and through whom, as an administrator lays it down: followed, judged, changed. Asks the
 * engine; draws nothing. Must never leave people chosen who can't help.
 */
import type { EngineLink, KnownPerson } from '#core/engine/api.ts';
import type { RecoveryState } from '#core/engine/recovery-api.ts';
import { FEWEST_CUSTODIANS, MOST_CUSTODIANS } from '#shared/domain/custodians.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';

/** Why a custodian can't help now. */
export type CustodianTrouble = 'left' | 'new_key' | 'no_device';

export interface ShownCustodian {
	id: string;
	/** Empty for whom this device does not know. */
	name: string;
	trouble: CustodianTrouble | null;
}

/** `scarce`: as soon as one is away, nobody can be helped. `short`: nobody can be now. */
export type Standing = 'nobody' | 'short' | 'scarce' | 'good';

/** With fewer, nobody can be helped while one is away, and no custodian by the others. */
const WANTED = FEWEST_CUSTODIANS + 1;

export const standingOf = (custodians: readonly ShownCustodian[]): Standing => {
	const able = custodians.filter(({ trouble }) => trouble === null).length;
	if (custodians.length === 0) return 'nobody';
	if (able < FEWEST_CUSTODIANS) return 'short';
	return able < WANTED ? 'scarce' : 'good';
};

const troubleOf = (person: KnownPerson | undefined): CustodianTrouble | null => {
	if (person?.status !== 'active') return 'left';
	if (person.keyChanged) return 'new_key';
	return person.hasDevice ? null : 'no_device';
};

export class CustodianSetup {
	readonly #engine: EngineLink;
	#isOn = $state.raw<boolean | null>(null);
	#recovery = $state.raw<RecoveryState | null>(null);
	#others = $state.raw<KnownPerson[] | null>(null);
	#me = $state.raw<KnownPerson | null>(null);
	#names = $state.raw<Record<string, string>>({});
	#chosen = $state.raw<readonly string[]>([]);
	query = $state('');

	constructor(engine: EngineLink) {
		this.#engine = engine;
	}

	/** Follows what holds; returns what ends it. */
	start(): () => void {
		const ends = [
			this.#engine.watch('policy', undefined, ({ policy }) => (this.#isOn = policy.recoveryByIt)),
			this.#engine.watch('recovery', undefined, (state) => (this.#recovery = state)),
			this.#engine.watch('people', { query: '' }, (people) => (this.#others = people)),
			this.#engine.watch('status', undefined, ({ me }) => (this.#me = me)),
			this.#engine.watch('names', undefined, (names) => (this.#names = names))
		];
		return () => {
			for (const end of ends) end();
		};
	}

	/** What holds; null until it is known. */
	get isOn(): boolean | null {
		return this.#isOn;
	}

	/** Who made them custodians, and when; null while nobody is. */
	get made(): { by: string; at: number } | null {
		return this.#recovery?.custodians ?? null;
	}

	/** Null until known. */
	get custodians(): ShownCustodian[] | null {
		if (!this.#recovery || !this.#others || !this.#me) return null;
		return (this.#recovery.custodians?.people ?? []).map((id) => ({
			id,
			name: this.nameOf(id),
			trouble: troubleOf(this.#everybody.find((person) => person.id === id))
		}));
	}

	get standing(): Standing {
		return standingOf(this.custodians ?? []);
	}

	nameOf(person: string): string {
		return this.#names[person] ?? '';
	}

	/** Who can be chosen and is found by the query, by name; null until known. */
	get candidates(): KnownPerson[] | null {
		if (!this.#others || !this.#me) return null;
		return this.#able.filter((person) =>
			matchesQuery(this.query, [person.displayName, person.department, person.functionTitle])
		);
	}

	/** In the order of choosing. */
	get chosen(): KnownPerson[] {
		return this.#chosen.flatMap((id) => this.#able.find((person) => person.id === id) ?? []);
	}

	get isFull(): boolean {
		return this.chosen.length >= MOST_CUSTODIANS;
	}

	get isEnough(): boolean {
		return this.chosen.length >= FEWEST_CUSTODIANS;
	}

	/** Begins a choice with those who are custodians and can help. */
	choose(): void {
		this.query = '';
		const able = this.#isOn ? (this.custodians ?? []) : [];
		this.#chosen = able.flatMap(({ id, trouble }) => (trouble === null ? [id] : []));
	}

	isChosen(id: string): boolean {
		return this.#chosen.includes(id);
	}

	/** Nobody beyond the most that there can be. */
	toggle(id: string): void {
		if (this.isChosen(id)) this.#chosen = this.#chosen.filter((each) => each !== id);
		else if (!this.isFull) this.#chosen = [...this.#chosen, id];
	}

	/**
	 * Makes the chosen the custodians, and before that recovery by IT allowed where it is not: `allow` lays that down. What
	 * fails halfway leaves nobody as custodian, and can be tried again.
	 */
	async save(allow: () => Promise<void>): Promise<void> {
		if (!this.#isOn) await allow();
		await this.#engine.call('setCustodians', { people: this.chosen.map(({ id }) => id) });
	}

	get #everybody(): KnownPerson[] {
		return [...(this.#others ?? []), ...(this.#me ? [this.#me] : [])];
	}

	get #able(): KnownPerson[] {
		return this.#everybody
			.filter((person) => person.identityKey !== null && troubleOf(person) === null)
			.sort((a, b) => a.displayName.localeCompare(b.displayName, 'de'));
	}
}
