/**
 * Mailboxes in which two devices that have nothing in common yet pass messages: one opens it and displays its name, the
 * other comes in by that name. Nobody is signed in. The server learns nothing from it: what passes is public keys and
 * sealed bytes (core/protocol/linking).
 */
import * as z from 'zod/mini';
import { bytes, exactBytes } from './primitives.ts';

/** Milliseconds after which a mailbox is gone. */
export const MAILBOX_MILLIS = 10 * 60_000;
/** Messages that each side may leave. */
export const MAILBOX_MESSAGES = 4;
export const MAILBOX_MESSAGE_BYTES = 16 * 1024;

/** What short codes are made of: nothing that looks like something else. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
export const CODE_LENGTH = 8;

const MailboxId = exactBytes(16);
const ShortCode = z.string().check(z.length(CODE_LENGTH), z.regex(/^[2-9A-HJ-NP-Z]*$/));
/** 32 random bytes by which a side of a mailbox is known again. */
const Token = exactBytes(32);
const Message = bytes(MAILBOX_MESSAGE_BYTES);

/** `first` is the first message of whoever opens. The same token gets the same mailbox. */
export const OpenMailboxInput = z.object({ token: Token, first: Message });
export type OpenMailboxInput = z.infer<typeof OpenMailboxInput>;
export interface OpenedMailbox {
	mailbox: string;
	/** Names it as well, to be typed. */
	code: string;
}

/** `name` is the mailbox's id or its short code. `conflict` where somebody else has come in. */
export const JoinMailboxInput = z.object({ token: Token, name: z.union([MailboxId, ShortCode]) });
export type JoinMailboxInput = z.infer<typeof JoinMailboxInput>;

/** `index` counts this side's messages. The same message again is taken, another one in its place is a `conflict`. */
export const PostMessageInput = z.object({
	mailbox: MailboxId,
	token: Token,
	index: z.int().check(z.minimum(0), z.maximum(MAILBOX_MESSAGES - 1)),
	body: Message
});
export type PostMessageInput = z.infer<typeof PostMessageInput>;

/** What the other side has left, from `from` on. */
export const ReadMailboxInput = z.object({
	mailbox: MailboxId,
	token: Token,
	from: z.int().check(z.minimum(0), z.maximum(MAILBOX_MESSAGES))
});
export type ReadMailboxInput = z.infer<typeof ReadMailboxInput>;
export interface MailboxPage {
	messages: string[];
	/** One of the two has ended it. */
	closed: boolean;
}

export const CloseMailboxInput = z.object({ mailbox: MailboxId, token: Token });
export type CloseMailboxInput = z.infer<typeof CloseMailboxInput>;
