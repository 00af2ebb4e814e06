/**
 * Keys of epochs that this device could not follow: asks the others for them, and gives others what they are
 * entitled to. Owns when that is done, and how often; nobody is told of it. Must never give a key to a device
 * that this one has not seen in the epoch itself, whatever anybody says.
 */
import type { EpochKeysContent, KeyName, KeyRequestContent } from '#shared/contract/content.ts';
import { equalBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import { makeRequestKeys, sealKeys } from '#core/protocol/sealed-keys.ts';
import type { EpochKeyRecord, KeyRequestRecord } from '#core/store/key-records.ts';
import type { ConversationRecord, MessageItem } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import type { LoadedGroup } from './groups.ts';
import { DAY, keysWithout, MOST_REQUESTS, recentOf, wantedKeys } from './key-requests.ts';
import type { Log } from './log.ts';
import { openWaiting } from './open-waiting.ts';
import { enqueue } from './outbox-store.ts';
import type { NewItem } from './outbox-store.ts';
import { wasReader } from './readers.ts';
import { readWaiting } from './unopened.ts';

/** Devices among which a pause of chance is as long as an election; among more it grows with their number. */
const FEW = 12;
const MOST_TIMES = 90;

/** Milliseconds, by `chance` from 0 to 1, so that of any number of devices few set about the same thing at once. */
export const pauseOf = (chance: number, election: number, devices: number): number =>
	chance * election * Math.max(1, Math.min(MOST_TIMES, devices / FEW));

interface Situation {
	record: ConversationRecord;
	loaded: LoadedGroup & { group: NonNullable<LoadedGroup['group']> };
}

export class MissingKeys {
	readonly #context: SyncContext;
	readonly #log: Log;
	readonly #send: (conversation: string) => void;
	readonly #running = new Map<string, { again: boolean }>();

	/** `send` has the outbox of a conversation sent. */
	constructor(context: SyncContext, log: Log, send: (conversation: string) => void) {
		this.#context = context;
		this.#log = log;
		this.#send = send;
	}

	/** Everywhere that something waits, here or for others. */
	async attendAll(): Promise<void> {
		const { read } = this.#context.store;
		const waiting = (await read.conversations.toArray()).filter(({ unopened }) => unopened);
		const asked = (await read.keyRequests.toArray()).filter(({ settled }) => !settled);
		const all = [...waiting.map(({ id }) => id), ...asked.map((each) => each.conversation)];
		await Promise.all([...new Set(all)].map((conversation) => this.attend(conversation)));
	}

	/** Opens what can be, and after a while asks and answers, as far as nobody else has. */
	async attend(conversation: string): Promise<void> {
		await openWaiting(this.#context, conversation);
		const running = this.#running.get(conversation);
		if (running) {
			running.again = true;
			return;
		}
		const state = { again: true };
		this.#running.set(conversation, state);
		try {
			while (state.again && !this.#context.pauses.closed) {
				state.again = false;
				await this.#attendOnce(conversation);
			}
		} finally {
			this.#running.delete(conversation);
		}
	}

	async #attendOnce(conversation: string): Promise<void> {
		const { pauses } = this.#context;
		const devices = await this.#whenToDo(conversation);
		if (devices === 0) return;
		await this.#pause(devices);
		if (pauses.closed) return;
		await this.#log.fill(conversation);
		await openWaiting(this.#context, conversation);
		if (await this.#prepare(conversation)) this.#send(conversation);
	}

	/** Whoever comes first does it for all; in a large group nearly everybody has to wait for that. */
	async #pause(devices: number): Promise<void> {
		const { pauses, timing, random } = this.#context;
		const due = performance.now() + pauseOf(random(), timing.election, devices);
		// Woken all at once, when the network is back, nobody would be the first.
		while (!pauses.closed && performance.now() < due) await pauses.sleep(due - performance.now());
	}

	/** How many devices may be about the same thing; 0 when there is nothing to ask or to answer. */
	#whenToDo(conversation: string): Promise<number> {
		return this.#inGroup(conversation, 0, async (situation) => {
			const { members } = situation.loaded.group;
			const others = await this.#othersRequests(conversation);
			if (others.length > 0) return members.length;
			return (await this.#missing(situation)) ? members.length : 0;
		});
	}

	/** Puts request and answers into the outbox; tells whether there are any. */
	#prepare(conversation: string): Promise<boolean> {
		return this.#inGroup(conversation, false, async (situation) => {
			const requests: KeyRequestRecord[] = [];
			const items: NewItem[] = [];
			const missing = await this.#missing(situation);
			if (missing) {
				const { request, item } = await this.#ask(situation, missing);
				requests.push(request);
				items.push(item);
			}
			for (const request of await this.#othersRequests(conversation)) {
				const content = await this.#answer(situation, request);
				requests.push({ ...request, settled: true });
				if (content) items.push(this.#itemOf(conversation, content).item);
			}
			if (requests.length === 0) return false;
			await this.#context.store.write(['keyRequests', 'outbox'], async (tables) => {
				await tables.keyRequests.bulkPut(requests);
				await enqueue(tables, ...items);
			});
			return items.length > 0;
		});
	}

	#inGroup<T>(
		conversation: string,
		otherwise: T,
		work: (situation: Situation) => Promise<T>
	): Promise<T> {
		const { locks, store, groups } = this.#context;
		return locks.state.run(conversation, async () => {
			const record = await store.read.conversations.get(conversation);
			const { record: own, group } = await groups.load(conversation);
			if (!record?.active || record.forked || !group) return otherwise;
			return work({ record, loaded: { record: own, group } });
		});
	}

	async #othersRequests(conversation: string): Promise<KeyRequestRecord[]> {
		const requests = await this.#context.store.read.keyRequests
			.where('[conversation+device]')
			.between([conversation, ''], [conversation, '\uffff'])
			.toArray();
		const { device } = this.#context.self;
		return requests.filter((each) => !each.settled && each.device !== device);
	}

	/** What is to be asked for now; null when nothing, or when it has been asked for. */
	async #missing({ record, loaded }: Situation): Promise<KeyName[] | null> {
		const { store, self, now } = this.#context;
		const others = loaded.group.members.some(({ device }) => device !== self.device);
		// Before the log has been read up to where this device came back, more may be missing.
		if (!record.unopened || !others || record.head < loaded.record.joinedSeq) return null;
		const keys = wantedKeys(await readWaiting(store.read, record));
		if (keys.length === 0) return null;
		const known = await store.read.keyRequests.get([record.id, self.device]);
		if (!known) return keys;
		const stands =
			known.settled &&
			known.own?.joinedSeq === loaded.record.joinedSeq &&
			keysWithout(keys, known.keys).length === 0;
		if (stands && now() - known.at < DAY) return null;
		return recentOf(known, now()).length < MOST_REQUESTS ? keys : null;
	}

	#itemOf(
		conversation: string,
		content: KeyRequestContent | EpochKeysContent
	): { id: string; at: number; item: NewItem & Pick<MessageItem, 'type'> } {
		const at = this.#context.now();
		const id = uuidV7(at);
		const sending = { attempt: null, accepted: null };
		return { id, at, item: { type: 'message', conversation, id, at, content, ...sending } };
	}

	/** With a pair of keys of its own; who gave what is none before is remembered. */
	async #ask(
		{ record: { id: conversation }, loaded }: Situation,
		keys: KeyName[]
	): Promise<{ request: KeyRequestRecord; item: NewItem }> {
		const { store, self } = this.#context;
		const known = await store.read.keyRequests.get([conversation, self.device]);
		const pair = await makeRequestKeys();
		const except = known?.except ?? [];
		const { id, at, item } = this.#itemOf(conversation, {
			type: 'key-request/1',
			keys,
			publicKey: toBase64url(pair.publicKey),
			except
		});
		const request: KeyRequestRecord = {
			conversation,
			device: self.device,
			id,
			at,
			keys,
			publicKey: pair.publicKey,
			except,
			recent: [...recentOf(known, at), at],
			settled: true,
			own: { secretKey: pair.secretKey, found: [], joinedSeq: loaded.record.joinedSeq }
		};
		return { request, item };
	}

	/** Null where this device has nothing that the asking one may have. */
	async #answer(
		{ loaded }: Situation,
		{ conversation, device, id, keys, except, publicKey }: KeyRequestRecord
	): Promise<EpochKeysContent | null> {
		const asking = loaded.group.members.find((member) => member.device === device);
		if (!asking || except.includes(this.#context.self.person)) return null;
		const given: EpochKeyRecord[] = [];
		for (const { epoch, kid } of keys) {
			const key = await this.#context.epochKeys.find(conversation, epoch);
			if (!key || !equalBytes(key.kid, fromBase64url(kid))) continue;
			if (wasReader(key, asking.fingerprint)) given.push(key);
		}
		if (given.length === 0) return null;
		try {
			return await sealKeys(publicKey, { conversation, device, request: id }, given);
		} catch (error) {
			if (error instanceof ProtocolError) return null;
			throw error;
		}
	}
}
