/** The devices of one person, followed while somebody looks at them. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Device } from '#shared/contract/devices.ts';
import { Answer } from '#ui/answer.svelte.ts';

const lastUse = ({ lastSeenAt, createdAt }: Device): number => lastSeenAt ?? createdAt;

export class DeviceList {
	readonly #engine: EngineLink;
	readonly #list: Answer<Device[]>;

	/** Without `person`, one's own; anybody's only for IT. */
	constructor(engine: EngineLink, person?: string) {
		this.#engine = engine;
		this.#list = new Answer(async () => {
			const devices = await engine.call('listDevices', person === undefined ? {} : { person });
			return devices.sort((a, b) => lastUse(b) - lastUse(a));
		});
	}

	/** Loads, and again whenever something about a device changes; returns what ends it. */
	start(): () => void {
		return this.#engine.watch('changes', { of: 'devices' }, () => void this.load());
	}

	/** Still working, most recently used first; null until loaded. */
	get active(): Device[] | null {
		return this.#list.current?.filter((device) => device.revokedAt === null) ?? null;
	}

	/** Visits at shared terminals that are over: counted, so that they don't drown the rest. */
	get visits(): number {
		const all = this.#list.current ?? [];
		return all.filter(({ kind, revokedAt }) => kind === 'terminal' && revokedAt !== null).length;
	}

	/** Revoked ones, latest first. */
	get revoked(): Device[] {
		return (this.#list.current ?? [])
			.filter(({ kind, revokedAt }) => revokedAt !== null && kind !== 'terminal')
			.sort((a, b) => (b.revokedAt ?? 0) - (a.revokedAt ?? 0));
	}

	/** A device as it is now: what is chosen in a list stays open while the list is loaded anew. */
	latest(device: Device): Device {
		return this.#list.current?.find(({ id }) => id === device.id) ?? device;
	}

	/** Why loading failed, or null. */
	get error(): unknown {
		return this.#list.error;
	}

	load(): Promise<void> {
		return this.#list.ask();
	}

	async rename(id: string, name: string): Promise<void> {
		await this.#engine.call('renameDevice', { id, name });
		await this.load();
	}

	async revoke(id: string): Promise<void> {
		await this.#engine.call('revokeDevice', { id });
		await this.load();
	}
}
