/** The devices of one person: loaded once, changed in place. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Device } from '#shared/contract/devices.ts';

export class DeviceList {
	#all = $state.raw<Device[] | null>(null);
	#error = $state.raw<unknown>(null);
	readonly #engine: EngineLink;
	readonly #person: string | undefined;

	/** Without `person`, one's own; anybody's only for IT. */
	constructor(engine: EngineLink, person?: string) {
		this.#engine = engine;
		this.#person = person;
	}

	/** Still working, most recently used first; null until loaded. */
	get active(): Device[] | null {
		return this.#all?.filter((device) => device.revokedAt === null) ?? null;
	}

	/** Revoked ones, latest first. */
	get revoked(): Device[] {
		return (this.#all ?? [])
			.filter((device) => device.revokedAt !== null)
			.sort((a, b) => (b.revokedAt ?? 0) - (a.revokedAt ?? 0));
	}

	/** Why loading failed, or null. */
	get error(): unknown {
		return this.#error;
	}

	/** There is a connection (again): what could not be loaded is loaded by itself, as its text says. */
	whenOnline(): void {
		if (this.#error !== null) void this.load();
	}

	async load(): Promise<void> {
		this.#error = null;
		try {
			const devices = await this.#engine.call(
				'listDevices',
				this.#person === undefined ? {} : { person: this.#person }
			);
			this.#all = devices.sort(
				(a, b) => (b.lastSeenAt ?? b.createdAt) - (a.lastSeenAt ?? a.createdAt)
			);
		} catch (error) {
			this.#error = error;
		}
	}

	async rename(id: string, name: string): Promise<void> {
		await this.#engine.call('renameDevice', { id, name });
		this.#change(id, { name });
	}

	async revoke(id: string): Promise<void> {
		await this.#engine.call('revokeDevice', { id });
		this.#change(id, { revokedAt: Date.now() });
	}

	#change(id: string, change: Partial<Device>): void {
		this.#all =
			this.#all?.map((device) => (device.id === id ? { ...device, ...change } : device)) ?? null;
	}
}
