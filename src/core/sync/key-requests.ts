/**
 * What the log says of missing keys: who asked for which, what was answered, and what an answer to this device
 * holds. Only notes it; see `MissingKeys` for what is done about it.
 */
import type { EpochKeysContent, KeyName, KeyRequestContent } from '#shared/contract/content.ts';
import { MAX_EXCEPTED_PEOPLE, MAX_REQUESTED_KEYS } from '#shared/contract/content.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import { keyNameOf, openKeys } from '#core/protocol/sealed-keys.ts';
import type { KeyRequestRecord } from '#core/store/key-records.ts';
import type { MessageRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import type { Working } from './working-state.ts';

export const DAY = 24 * 3600 * 1000;
/** Requests of one device within a day that anybody takes up: a wrong answer costs one. */
export const MOST_REQUESTS = 8;

export const isSameKey = (a: KeyName, b: KeyName): boolean =>
	a.epoch === b.epoch && a.kid === b.kid;

export const keysWithout = (keys: readonly KeyName[], taken: readonly KeyName[]): KeyName[] =>
	keys.filter((key) => !taken.some((other) => isSameKey(key, other)));

/**
 * What messages that wait name: the newest of each author in turn, so that whoever names many that do not exist
 * crowds out nobody's but their own.
 */
export function wantedKeys(
	waiting: readonly Pick<MessageRecord, 'author' | 'envelope'>[]
): KeyName[] {
	const byAuthor = new Map<string, Map<string, KeyName>>();
	for (const { author, envelope } of waiting) {
		if (!envelope) continue;
		const name = keyNameOf(readHeader(envelope));
		const names = byAuthor.get(author) ?? new Map<string, KeyName>();
		byAuthor.set(author, names.set(`${name.epoch} ${name.kid}`, name));
	}
	const ranked = [...byAuthor.values()].flatMap((names) =>
		[...names]
			.toSorted(([, a], [, b]) => b.epoch - a.epoch)
			.map(([name, key], rank) => ({ name, key, rank }))
	);
	const inTurn = ranked.toSorted((a, b) => a.rank - b.rank);
	const once = new Map(inTurn.map(({ name, key }) => [name, key]));
	return [...once.values()].slice(0, MAX_REQUESTED_KEYS);
}

/** Those within a day of `now`. */
export const recentOf = (record: KeyRequestRecord | undefined, now: number): number[] =>
	(record?.recent ?? []).filter((at) => at > now - DAY);

const requestOf = async (
	context: SyncContext,
	working: Working,
	device: string
): Promise<KeyRequestRecord | undefined> =>
	working.requests.get(device) ??
	(await context.store.read.keyRequests.get([working.conversation.id, device]));

/** Another device's request takes the place of its last one. Whoever asks too often is not heard. */
export async function takeRequest(
	context: SyncContext,
	working: Working,
	{ entry, content }: { entry: LogEntry; content: KeyRequestContent }
): Promise<void> {
	const { conversation, device, id, at } = entry;
	if (device === context.self.device) return;
	const recent = recentOf(await requestOf(context, working, device), at);
	if (recent.length >= MOST_REQUESTS) return;
	working.requests.set(device, {
		conversation,
		device,
		id,
		at,
		keys: content.keys,
		publicKey: fromBase64url(content.publicKey),
		except: content.except,
		recent: [...recent, at],
		settled: false,
		own: null
	});
}

/** The names that an answer gives are answered, unless its author was found to give what is none. */
export async function takeAnswer(
	context: SyncContext,
	working: Working,
	{ entry, content }: { entry: LogEntry; content: EpochKeysContent }
): Promise<void> {
	const known = await requestOf(context, working, content.device);
	if (known?.id !== content.request || known.except.includes(entry.person)) return;
	const { own } = known;
	if (!own) {
		const keys = keysWithout(known.keys, content.keys);
		working.requests.set(content.device, { ...known, keys });
		return;
	}
	const opened = await openKeys(own.secretKey, entry.conversation, content);
	const wanted = opened.filter((key) => known.keys.some((name) => isSameKey(name, keyNameOf(key))));
	const keys = keysWithout(known.keys, wanted.map(keyNameOf));
	const found = [...own.found, ...wanted.map(({ epoch, key }) => ({ epoch, key }))];
	// Others rely on what it claims to hold, and keep silent: they are to be asked again, without its author.
	const isWrong = content.keys.some((name) => keys.some((key) => isSameKey(name, key)));
	const except = [...known.except, entry.person].slice(-MAX_EXCEPTED_PEOPLE);
	working.requests.set(content.device, {
		...known,
		keys,
		...(isWrong && { except, settled: false }),
		own: { ...own, found }
	});
}
