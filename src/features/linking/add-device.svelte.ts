/** Letting a new device in, on the one that is there: whether there is room, what is under way. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Device } from '#shared/contract/devices.ts';
import { Answer } from '#ui/answer.svelte.ts';

/** Terminals end by themselves, and take no room. */
const takesRoom = ({ kind, revokedAt }: Device): boolean =>
	kind !== 'terminal' && revokedAt === null;

export class AddDevice {
	readonly #engine: EngineLink;
	readonly #devices: Answer<Device[]>;
	#most = $state(Infinity);

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#devices = new Answer(() => engine.call('listDevices', {}));
	}

	/** Follows the number of devices, and gives up what is under way when it ends. */
	begin(): () => void {
		const ends = [
			this.#engine.watch('changes', { of: 'devices' }, () => void this.#devices.ask()),
			this.#engine.watch('policy', undefined, ({ policy }) => (this.#most = policy.maxDevices))
		];
		return () => {
			for (const end of ends) end();
			void this.#engine.call('endLinking', undefined).catch(() => undefined);
		};
	}

	/** As far as is known; what the server says in the end counts. */
	get isFull(): boolean {
		return (this.#devices.current?.filter(takesRoom).length ?? 0) >= this.#most;
	}

	/** `offer` is what the new device shows; null to show something here. */
	start(offer: string | null): Promise<void> {
		return this.#engine.call('startLinking', { offer });
	}

	answer(isSame: boolean): Promise<void> {
		return this.#engine.call('answerLinking', { isSame });
	}

	end(): Promise<void> {
		return this.#engine.call('endLinking', undefined);
	}
}
