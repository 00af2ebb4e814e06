/**
 * Opens a page of history: finds keys and authors, opens everything at once, and holds each entry against the rules
 * that it shows by itself. What it has to do with the entries around it is judged afterwards (`judge-page.ts`).
 * Changes nothing.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { equalBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { readHeader, type EnvelopeHeader } from '#core/protocol/envelope-header.ts';
import { hashEnvelope, openEnvelope, type OpenedEnvelope } from '#core/protocol/envelope.ts';
import type { EpochKey } from '#core/protocol/epoch-key.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { SyncContext } from '../context.ts';
import type { Author, Certificates } from './certificates.ts';
import { keyName, type Keyring } from './keyring.ts';

/** What became of an entry's envelope. */
export type Fate =
	/** Genuine, as far as it shows by itself. `key`: what opened it. */
	| { is: 'opened'; opened: OpenedEnvelope; key: EpochKey }
	/** Its key is not there yet. `key`: the name of that. */
	| { is: 'waiting'; key: string }
	/** Sealed by a client for this place, but under another key than ours, or nobody vouches for its author. */
	| { is: 'closed'; isOtherKey: boolean }
	/** Void, of devices for each other, or broken: nothing to be shown. */
	| { is: 'nothing' };

export interface OpenedEntry {
	entry: LogEntry;
	/** Of the envelope; null where the entry has none. */
	hash: Uint8Array | null;
	fate: Fate;
}

interface Claimed {
	entry: Exclude<LogEntry, { kind: 'void' }>;
	envelope: Uint8Array;
	/** Null for one that has no business here. */
	header: EnvelopeHeader | null;
}

const NOTHING: Fate = { is: 'nothing' };

/** The header, if it says what the entry does, and there is something in it for people. */
function readClaim(
	entry: Exclude<LogEntry, { kind: 'void' }>,
	envelope: Uint8Array
): EnvelopeHeader | null {
	if (entry.voided) return null;
	const isNote = entry.kind === 'commit';
	try {
		const header = readHeader(envelope);
		const fits =
			header.type === (isNote ? 'commit-note' : 'message') &&
			header.group === entry.conversation &&
			header.epoch === (isNote ? entry.epoch + 1 : entry.epoch) &&
			header.messageId === entry.id &&
			header.person === entry.person;
		return fits ? header : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function readEnvelope(entry: Exclude<LogEntry, { kind: 'void' }>): Claimed {
	const envelope = fromBase64url(entry.kind === 'message' ? entry.envelope : entry.note);
	return { entry, envelope, header: readClaim(entry, envelope) };
}

interface Found {
	/** Keys that this device has, by epoch: another one of the epoch is not believed. */
	own: ReadonlyMap<number, EpochKey>;
	/** Keys of the person's other devices, by name. */
	shared: ReadonlyMap<string, EpochKey>;
	authors: ReadonlyMap<string, Author>;
}

async function openOne({ entry, envelope, header }: Claimed, found: Found): Promise<Fate> {
	if (!header) return NOTHING;
	const own = found.own.get(header.epoch);
	const name = keyName(header.epoch, toBase64url(header.kid));
	const key = own ?? found.shared.get(name);
	if (!key) return { is: 'waiting', key: name };
	if (!equalBytes(key.kid, header.kid)) return { is: 'closed', isOtherKey: true };
	const author = found.authors.get(entry.device);
	if (author?.person !== entry.person) return { is: 'closed', isOtherKey: false };
	try {
		const opened = await openEnvelope(envelope, key, (fingerprint) =>
			equalBytes(fingerprint, author.fingerprint) ? author : undefined
		);
		return { is: 'opened', opened, key };
	} catch (error) {
		if (error instanceof ProtocolError) return NOTHING;
		throw error;
	}
}

async function ownKeys(
	{ epochKeys }: Pick<SyncContext, 'epochKeys'>,
	group: string,
	epochs: ReadonlySet<number>
): Promise<Map<number, EpochKey>> {
	const keys = new Map<number, EpochKey>();
	for (const epoch of epochs) {
		const known = await epochKeys.find(group, epoch);
		if (known) keys.set(epoch, { group, epoch, kid: known.kid, key: known.key });
	}
	return keys;
}

/** `entries` of one conversation, oldest first; so is the answer. Throws faults only. */
export async function openPage(
	context: SyncContext,
	{ keyring, certificates }: { keyring: Keyring; certificates: Certificates },
	entries: readonly LogEntry[]
): Promise<OpenedEntry[]> {
	const [first] = entries;
	if (!first) return [];
	const { conversation } = first;
	const claimed = new Map<LogEntry, Claimed>();
	for (const entry of entries) if (entry.kind !== 'void') claimed.set(entry, readEnvelope(entry));
	const epochs = new Set<number>();
	const devices = new Set<string>();
	for (const { entry, header } of claimed.values()) {
		if (header) epochs.add(header.epoch);
		devices.add(entry.device);
		if (entry.kind === 'commit')
			for (const device of [...entry.devices.add, ...entry.devices.remove]) devices.add(device);
	}
	const own = await ownKeys(context, conversation, epochs);
	const lacking = [...epochs].filter((epoch) => !own.has(epoch));
	const shared =
		lacking.length > 0
			? await keyring.keysFrom(
					conversation,
					lacking.reduce((least, epoch) => Math.min(least, epoch))
				)
			: new Map<string, EpochKey>();
	const authors = await certificates.authorsOf(conversation, devices);
	return Promise.all(
		entries.map(async (entry): Promise<OpenedEntry> => {
			const claim = claimed.get(entry);
			if (!claim) return { entry, hash: null, fate: NOTHING };
			const fate = await openOne(claim, { own, shared, authors });
			const hash = fate.is === 'opened' ? fate.opened.hash : hashEnvelope(claim.envelope);
			return { entry, hash, fate };
		})
	);
}
