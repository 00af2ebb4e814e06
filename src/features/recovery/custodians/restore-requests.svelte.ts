/**
 * Restoring people's access, as administrators and custodians see it: followed, begun, taken back. Asks the engine; draws
 * nothing, and keeps no link.
 */
import type { EngineLink } from '#core/engine/api.ts';
import type { RecoveryRequestView } from '#core/engine/recovery-api.ts';
import { Answer } from '#ui/answer.svelte.ts';

/** It may still lead to something. */
export const isGoingOn = ({ stage }: RecoveryRequestView): boolean =>
	stage === 'open' || stage === 'presented' || stage === 'restored';

/** A custodian has to do something about it, on this device. */
export const isAwaited = ({ stage, number, isForged }: RecoveryRequestView): boolean =>
	stage === 'presented' && (number !== null || isForged);

/** It runs out on the server without a word. */
const effective = (request: RecoveryRequestView, now: number): RecoveryRequestView =>
	isGoingOn(request) && request.expiresAt <= now ? { ...request, stage: 'expired' } : request;

export class RestoreRequests {
	readonly #engine: EngineLink;
	readonly #list: Answer<RecoveryRequestView[]>;
	#names = $state.raw<Record<string, string>>({});

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#list = new Answer(async () => {
			const requests = await engine.call('listRecoveries', undefined);
			return requests.map((request) => effective(request, Date.now()));
		});
	}

	/** Loads, and again whenever one goes on, or all end with the policy; returns what ends it. */
	start(): () => void {
		const ends = [
			this.#engine.watch('changes', { of: 'recoveries' }, () => void this.load()),
			this.#engine.watch('policy', undefined, () => void this.load()),
			this.#engine.watch('names', undefined, (names) => (this.#names = names))
		];
		return () => {
			for (const end of ends) end();
		};
	}

	/** The newest first; null until loaded. */
	get all(): RecoveryRequestView[] | null {
		return this.#list.current;
	}

	get error(): unknown {
		return this.#list.error;
	}

	/** Those that wait for this custodian. */
	get awaited(): RecoveryRequestView[] {
		return (this.all ?? []).filter(isAwaited);
	}

	/** The last one for a person. */
	of(person: string): RecoveryRequestView | undefined {
		return this.all?.find((request) => request.person === person);
	}

	/** Empty for whom this device does not know. */
	nameOf(person: string): string {
		return this.#names[person] ?? '';
	}

	load(): Promise<void> {
		return this.#list.ask();
	}

	/** The link, which is shown once; takes the place of one that goes on. */
	async begin(person: string): Promise<string> {
		const { link } = await this.#engine.call('startRecovery', { person });
		void this.load();
		return link;
	}

	async cancel(id: string): Promise<void> {
		await this.#engine.call('cancelRecovery', { id });
		await this.load();
	}

	async refuse(id: string): Promise<void> {
		await this.#engine.call('refuseRecovery', { id });
		await this.load();
	}
}
