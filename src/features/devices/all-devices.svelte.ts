/** All devices of the authority, for IT: followed, searched and filtered. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Device } from '#shared/contract/devices.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';
import { Answer } from '#ui/answer.svelte.ts';

export type DeviceFilter = 'active' | 'idle' | 'unwiped' | 'former';

const DAY = 24 * 60 * 60 * 1000;
/** Days after which a device counts as long unused. */
export const IDLE_DAYS = 30;

const lastUse = ({ lastSeenAt, createdAt }: Device): number => lastSeenAt ?? createdAt;

export class AllDevices {
	readonly #engine: EngineLink;
	readonly #list: Answer<Device[]>;
	readonly #nameOf: (person: string) => string;
	query = $state('');
	filter = $state<DeviceFilter>('active');

	/** @param nameOf what a person is found by; read reactively */
	constructor(engine: EngineLink, nameOf: (person: string) => string) {
		this.#engine = engine;
		this.#nameOf = nameOf;
		this.#list = new Answer(async () => {
			const devices = await engine.call('listAllDevices', undefined);
			return devices.sort((a, b) => lastUse(b) - lastUse(a));
		});
	}

	/** Loads, and again whenever something about a device changes; returns what ends it. */
	start(): () => void {
		return this.#engine.watch('changes', { of: 'devices' }, () => void this.load());
	}

	load(): Promise<void> {
		return this.#list.ask();
	}

	get isLoaded(): boolean {
		return this.#list.current !== null;
	}

	/** A device as it is now: what is chosen in a list stays open while the list is loaded anew. */
	latest(device: Device): Device {
		return this.#list.current?.find(({ id }) => id === device.id) ?? device;
	}

	/** Why loading failed, or null. */
	get error(): unknown {
		return this.#list.error;
	}

	count(filter: DeviceFilter): number {
		return this.#of(filter).length;
	}

	/** What fits filter and search, most recently used first. */
	get shown(): Device[] {
		return this.#of(this.filter).filter(({ name, person, about }) =>
			matchesQuery(this.query, [name, this.#nameOf(person), about?.browser ?? ''])
		);
	}

	/** Whether its person has no other device that works. */
	isLast({ person }: Device): boolean {
		return this.#of('active').filter((device) => device.person === person).length === 1;
	}

	async rename(id: string, name: string): Promise<void> {
		await this.#engine.call('renameDevice', { id, name });
		await this.load();
	}

	async revoke(id: string): Promise<void> {
		await this.#engine.call('revokeDevice', { id });
		await this.load();
	}

	#of(filter: DeviceFilter): Device[] {
		const all = this.#list.current ?? [];
		switch (filter) {
			case 'active':
				return all.filter(({ revokedAt }) => revokedAt === null);
			case 'idle':
				return all.filter(
					(device) => device.revokedAt === null && lastUse(device) < Date.now() - IDLE_DAYS * DAY
				);
			case 'unwiped':
				return all.filter(({ revokedAt, wipedAt }) => revokedAt !== null && wipedAt === null);
			case 'former':
				return all.filter(({ revokedAt }) => revokedAt !== null);
		}
	}
}
