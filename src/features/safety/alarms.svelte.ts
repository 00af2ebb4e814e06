/** What was found out about keys, as screens show it: followed, put aside, handed out as a file. */
import type { EngineLink } from '#core/engine/api.ts';
import type { StoredAlarm } from '#core/engine/safety-api.ts';
import { Live } from '#ui/live.svelte.ts';
import { alarmText, type AlarmText } from './alarm-text.ts';

export interface ShownAlarm {
	alarm: StoredAlarm;
	says: AlarmText;
}

const WEIGHT = { danger: 0, warning: 1, info: 2 } as const;

export class AlarmList {
	readonly #engine: EngineLink;
	readonly #alarms: Live<StoredAlarm[]>;
	readonly #names: Live<Record<string, string>>;

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#alarms = new Live(() => (on) => engine.watch('alarms', undefined, on));
		this.#names = new Live(() => (on) => engine.watch('names', undefined, on));
	}

	/** The worst first, then the oldest; null until known. */
	get shown(): ShownAlarm[] | null {
		const [alarms, names] = [this.#alarms.current, this.#names.current];
		if (!alarms || !names) return null;
		return alarms
			.map((alarm) => ({ alarm, says: alarmText(alarm, (person) => names[person] ?? '') }))
			.toSorted((a, b) => WEIGHT[a.says.tone] - WEIGHT[b.says.tone]);
	}

	putAside(id: string): Promise<void> {
		return this.#engine.call('putAlarmAside', { id });
	}

	/** Ends the device that an alarm names, and puts the alarm aside. */
	async endDevice({ id, device }: { id: string; device: string }): Promise<void> {
		await this.#engine.call('revokeDevice', { id: device });
		await this.putAside(id);
	}

	/** Everything as it was signed, for whoever looks into it. */
	async evidence(): Promise<string> {
		return JSON.stringify(await this.#engine.call('logEvidence', undefined), null, '\t');
	}
}
