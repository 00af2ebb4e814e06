/**
 * What the person has to know of about keys: kept on disk before anything goes on, until it is put aside, and after
 * that as evidence. Owns that the same thing is told once; decides nothing.
 */
import { toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { ReadStore, Store } from '#core/store/database.ts';
import type { Alarm, StoredAlarm } from '#core/store/log-records.ts';

/** A server that makes up ever new ones must not fill the disk; what came first says most. */
const MAX_ALARMS = 200;

export const readAlarms = async ({ facts }: Pick<ReadStore, 'facts'>): Promise<StoredAlarm[]> => {
	const fact = await facts.get('alarms');
	return fact?.name === 'alarms' ? fact.alarms : [];
};

/** What makes two alarms the same: a colleague's other view is told of once, whatever it is at that moment. */
function nameOf(alarm: Alarm): string {
	switch (alarm.type) {
		case 'log-changed':
			return `${alarm.known.root} ${alarm.shown.root}`;
		case 'split-view':
			return `${alarm.person} ${alarm.known.root} ${alarm.heard.root}`;
		case 'other-log':
			return alarm.person;
		case 'restored-unlogged':
		case 'started-anew':
			return '';
		case 'false-custodians':
			return alarm.statement;
		case 'foreign-device':
		case 'foreign-identity':
		case 'hidden':
		case 'custodians-named':
		case 'new-device':
		case 'restored':
			return String(alarm.index);
	}
}

const idOf = (alarm: Alarm): string =>
	toBase64url(sha256(utf8(`${alarm.type} ${nameOf(alarm)}`)).subarray(0, 12));

export class Alarms {
	readonly #store: Store;
	readonly #now: () => number;

	constructor(store: Store, now: () => number) {
		this.#store = store;
		this.#now = now;
	}

	/** Resolves once they are on disk. One that is known stays as it is. */
	async raise(...raised: Alarm[]): Promise<void> {
		if (raised.length === 0) return;
		const at = this.#now();
		await this.#change((known) => {
			const ids = new Set(known.map(({ id }) => id));
			const added = raised
				.map((alarm): StoredAlarm => ({ ...alarm, id: idOf(alarm), at, isDone: false }))
				.filter(({ id }) => !ids.has(id));
			return added.length === 0 ? null : [...known, ...added].slice(0, MAX_ALARMS);
		});
	}

	/** Puts it in the place of an earlier one of its kind, to be read again. */
	renew(alarm: Alarm): Promise<void> {
		const stored: StoredAlarm = { ...alarm, id: idOf(alarm), at: this.#now(), isDone: false };
		return this.#change((known) => [...known.filter(({ id }) => id !== stored.id), stored]);
	}

	find(): Promise<StoredAlarm[]> {
		return readAlarms(this.#store.read);
	}

	async putAside(id: string): Promise<void> {
		await this.#change((known) =>
			known.map((alarm) => (alarm.id === id ? { ...alarm, isDone: true } : alarm))
		);
	}

	#change(change: (known: StoredAlarm[]) => StoredAlarm[] | null): Promise<void> {
		return this.#store.write(['facts'], async ({ facts }) => {
			const fact = await facts.get('alarms');
			const alarms = change(fact?.name === 'alarms' ? fact.alarms : []);
			if (alarms) await facts.put({ name: 'alarms', alarms });
		});
	}
}
