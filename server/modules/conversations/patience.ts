/**
 * Whoever had commits taken back waits before the next one, so that the others are left time to write, and to remove
 * them. Owns how long; a device waits for what it did itself, a person only for much more.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { ConversationRow } from './queries/conversations.ts';
import { findVoidedCommits } from './queries/log.ts';
import {
	DAY_MILLIS,
	ENTRY_PAUSES_MILLIS,
	MOST_VOIDED,
	MOST_VOIDED_OF_PERSON,
	VOIDED_PAUSE_MILLIS
} from './verdict.ts';

/** A commit that was taken back: newest first. */
export interface Voided {
	device: string;
	external: boolean;
	at: Date;
}

/** When the device may make its next commit there, in milliseconds since 1970; the past for whoever need not wait. */
export function nextCommitAt(
	voided: readonly Voided[],
	{ device, external }: { device: string; external: boolean }
): number {
	const own = voided.filter((each) => each.device === device);
	const entries = own.filter((each) => each.external);
	const after = (list: readonly Voided[], pause: number): number =>
		(list[0]?.at.getTime() ?? -Infinity) + pause;
	return Math.max(
		own.length >= MOST_VOIDED ? after(own, VOIDED_PAUSE_MILLIS) : 0,
		voided.length >= MOST_VOIDED_OF_PERSON ? after(voided, VOIDED_PAUSE_MILLIS) : 0,
		external ? after(entries, ENTRY_PAUSES_MILLIS[entries.length - 1] ?? 0) : 0
	);
}

/** Throws `rate_limited` where the caller has to wait. */
export async function requirePatience(
	db: WriteDb,
	{ person, device }: Caller,
	{ conversation, external, at }: { conversation: ConversationRow; external: boolean; at: Date }
): Promise<void> {
	if (conversation.lastVoid === 0) return;
	const since = new Date(at.getTime() - DAY_MILLIS);
	const voided = await findVoidedCommits(db, conversation.id, { person, since });
	const wait = nextCommitAt(voided, { device, external }) - at.getTime();
	if (wait > 0) throw new DienstwegError('rate_limited', { retryAfter: Math.ceil(wait / 1000) });
}
