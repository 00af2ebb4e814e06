/**
 * Each device numbers its messages in a conversation and names the one before by its hash. Owns what follows
 * from that: a message that was there before is not taken again, and one that the server keeps back is
 * noticed at the next. Must never stop anything: what is missing can't be had, only told.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { equalBytes } from '#core/crypto/bytes.ts';
import { hashEnvelope } from '#core/protocol/envelope.ts';
import type { OpenedEnvelope } from '#core/protocol/envelope.ts';
import type { ChainRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import type { Working } from './working-state.ts';

/** Envelopes that were passed over and are remembered: a device names the last one that it knows to be in the log. */
const REMEMBERED = 8;

type Link =
	/** Follows what is known of the device, or nothing is known yet. */
	| 'next'
	/** Was there before. */
	| 'replay'
	/** Follows something that this device was never served. */
	| 'gap';

/** Where a device's chain stands; undefined before its first. */
async function chainOf(
	context: SyncContext,
	working: Working,
	device: string
): Promise<ChainRecord | undefined> {
	return (
		working.chains.get(device) ??
		(await context.store.read.chains.get([working.conversation.id, device]))
	);
}

/** An envelope that was not opened or not taken: the device's next message may name it. Nothing that it says is believed. */
export async function passOverEnvelope(
	context: SyncContext,
	working: Working,
	{ device, envelope }: { device: string; envelope: Uint8Array }
): Promise<void> {
	const known = await chainOf(context, working, device);
	if (!known) return;
	const passed = [...(known.passed ?? []), hashEnvelope(envelope)].slice(-REMEMBERED);
	working.chains.set(device, { ...known, passed });
}

/** Whether an opened message names one that was seen, or begins anew, as a device does that can't know its last. */
function followsOn(
	known: ChainRecord,
	readFrom: number,
	{ header: { previousHash } }: Pick<OpenedEnvelope, 'header'>
): boolean {
	// Between the two, this device was out of the conversation, or did not remember what it passed over.
	if (known.seq === undefined || known.seq < readFrom) return true;
	if (previousHash.every((byte) => byte === 0)) return true;
	return [known.hash, ...(known.passed ?? [])].some((hash) => equalBytes(hash, previousHash));
}

/** Moves the chain of the entry's device on, unless it is a replay. */
export async function extendChain(
	context: SyncContext,
	working: Working,
	entry: LogEntry,
	opened: Pick<OpenedEnvelope, 'header' | 'hash'>
): Promise<Link> {
	const { device, seq } = entry;
	const { deviceSeq } = opened.header;
	const known = await chainOf(context, working, device);
	if (known && deviceSeq <= known.deviceSeq) return 'replay';
	const { id: conversation, readFrom = 0 } = working.conversation;
	working.chains.set(device, { conversation, device, deviceSeq, hash: opened.hash, seq });
	return known && !followsOn(known, readFrom, opened) ? 'gap' : 'next';
}

/** Says in front of the entry that something of its author is missing. */
export function addGap(working: Working, { conversation, seq, id, person, at, epoch }: LogEntry) {
	working.messages.push({
		conversation,
		// Other lines of the entry before end earlier.
		order: seq - 1 / 32,
		id: `${id}.gap`,
		author: person,
		at,
		kind: 'event',
		text: '',
		event: { type: 'missing', by: person },
		envelope: null,
		epoch
	});
}
