/**
 * Events that the server pushes over the WebSocket. They are hints that carry their content along:
 * the log is the truth, a client that misses one finds out by the seq and reads the log.
 */
import * as z from 'zod/mini';
import { LogEntry, ConversationState } from './conversations.ts';
import { Id, Millis, Seq } from './primitives.ts';

export const LiveEvent = z.discriminatedUnion('type', [
	/** First event of every subscription: from here on nothing is missed. */
	z.object({ type: z.literal('ready') }),
	z.object({ type: z.literal('entry'), entry: LogEntry }),
	/** Membership, roles or pending removals changed, or the device was added or removed. */
	z.object({ type: z.literal('conversation'), state: ConversationState }),
	/** Marks moved on; gathered over a moment in a large group, each person once. */
	z.object({
		type: z.literal('cursors'),
		conversation: Id,
		items: z.array(z.object({ person: Id, delivered: Seq, read: Seq }))
	}),
	z.object({ type: z.literal('typing'), conversation: Id, person: Id, until: Millis }),
	/** Somebody joined or changed: fetch `directory.changes`. */
	z.object({ type: z.literal('directory') }),
	/** For administrators: an invitation was made, used or revoked. */
	z.object({ type: z.literal('invitations') }),
	/** A list of devices changed: this person's, or for administrators anybody's. */
	z.object({ type: z.literal('devices'), person: Id }),
	/** The authority has laid down something else: fetch `policy.get`. */
	z.object({ type: z.literal('policy') }),
	/** Somebody asks this device to lock at once. */
	z.object({ type: z.literal('lock') }),
	/** What this person's devices share has changed: keys, items, or who may open them. */
	z.object({ type: z.literal('account') }),
	/** For administrators and custodians: something about restoring access has changed. */
	z.object({ type: z.literal('recovery') })
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
