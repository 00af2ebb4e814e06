/** Web Push (RFC 8030, 8291, 8292). A push names no content: only which conversation has something new. */
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

/** Payload of a push, inside RFC 8291 encryption. */
export const PushPayload = z.object({
	v: z.literal(1),
	/** `message`: something new; `test`: asked for by the person. */
	type: z.enum(['message', 'test']),
	/** Tag of the notification and target of a click; null for a test. */
	conversation: z.nullable(Id),
	/** Conversations with something unread: notifications of any other are withdrawn; its length is the badge. */
	unread: z.array(Id),
	locale: Locale
});
export type PushPayload = z.infer<typeof PushPayload>;
