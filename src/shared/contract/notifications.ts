/**
 * Web Push (RFC 8030, 8291, 8292). A push names no content: only which conversation has something new, and, where the
 * authority allows it, who wrote there; to custodians, that something waits for them, never for whom. All of it is
 * sealed for the browser; what a notification says stays on its disk.
 */
import * as z from 'zod/mini';
import { Id, Locale, exactBytes } from './primitives.ts';

export const PushSubscriptionInput = z.object({
	endpoint: z.string().check(z.maxLength(1024), z.regex(/^https?:\/\//)),
	p256dh: exactBytes(65),
	auth: exactBytes(16),
	/** Language of the notification, which the service worker shows while everything is locked. */
	locale: Locale
});
export type PushSubscriptionInput = z.infer<typeof PushSubscriptionInput>;

/** Characters of a name in a notification: a payload has to fit into 4 kB. */
export const SENDER_LENGTH = 80;

/** Payload of a push, inside RFC 8291 encryption. */
export const PushPayload = z.object({
	v: z.literal(1),
	/** `message`: something new; `approval`: a request waits for this custodian; `test`: asked for by the person. */
	type: z.enum(['message', 'approval', 'test']),
	/** Tag of the notification and target of a click; null for all but `message`. */
	conversation: z.nullable(Id),
	/** Who wrote last, by name. Missing where the authority wants no name in notifications. */
	sender: z.optional(z.string().check(z.maxLength(SENDER_LENGTH))),
	/** Conversations with something unread: notifications of any other are withdrawn; its length is the badge. */
	unread: z.array(Id),
	locale: Locale
});
export type PushPayload = z.infer<typeof PushPayload>;
