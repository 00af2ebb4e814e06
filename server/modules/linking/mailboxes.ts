/**
 * Mailboxes between two devices. In memory on purpose: what is sealed for a new device never reaches a disk or a backup,
 * and after a restart people begin anew. Must never log or keep a message, nor tell one side's token from another's.
 */
import type { Buffer } from 'node:buffer';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import {
	CODE_ALPHABET,
	CODE_LENGTH,
	MAILBOX_MILLIS,
	type CloseMailboxInput,
	type JoinMailboxInput,
	type MailboxPage,
	type OpenMailboxInput,
	type OpenedMailbox,
	type PostMessageInput,
	type ReadMailboxInput
} from '#shared/contract/linking.ts';
import type { Clock } from '#server/kernel/clock.ts';

/** Open at once: in all, and from one address, behind which a whole town hall may sit. */
const MOST = 500;
const MOST_OF_ADDRESS = 100;

interface Side {
	tokenHash: Buffer;
	messages: string[];
}

interface Mailbox extends OpenedMailbox {
	address: string;
	expiresAt: number;
	opener: Side;
	/** Null until somebody has come in. */
	joiner: Side | null;
	closed: boolean;
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
/** The alphabet has 32 characters, so that every five bits are one. */
const newCode = (): string =>
	[...randomBytes(CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte & 31]).join('');

export class Mailboxes {
	readonly #clock: Clock;
	/** By id, the oldest first: all live equally long. */
	readonly #byId = new Map<string, Mailbox>();
	readonly #byCode = new Map<string, Mailbox>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Throws `unavailable` where too many are open. */
	open({ token, first }: OpenMailboxInput, address: string): OpenedMailbox {
		this.#sweep();
		const tokenHash = hashOf(token);
		const all = [...this.#byId.values()];
		const known = all.find(({ opener }) => timingSafeEqual(opener.tokenHash, tokenHash));
		if (known) {
			if (known.opener.messages[0] !== first) throw new DienstwegError('conflict');
			return { mailbox: known.mailbox, code: known.code };
		}
		const ofAddress = all.filter((mailbox) => mailbox.address === address).length;
		if (all.length >= MOST || ofAddress >= MOST_OF_ADDRESS)
			throw new DienstwegError('unavailable', { retryAfter: 60 });
		const mailbox = randomBytes(16).toString('base64url');
		let code = newCode();
		while (this.#byCode.has(code)) code = newCode();
		const opened: Mailbox = {
			mailbox,
			code,
			address,
			expiresAt: this.#clock.now() + MAILBOX_MILLIS,
			opener: { tokenHash, messages: [first] },
			joiner: null,
			closed: false
		};
		this.#byId.set(mailbox, opened);
		this.#byCode.set(code, opened);
		return { mailbox, code };
	}

	/** Throws `not_found`, and `conflict` to whoever comes second. */
	join({ token, name }: JoinMailboxInput): { mailbox: string } {
		this.#sweep();
		const found = name.length === CODE_LENGTH ? this.#byCode.get(name) : this.#byId.get(name);
		if (!found || found.closed) throw new DienstwegError('not_found');
		const tokenHash = hashOf(token);
		found.joiner ??= { tokenHash, messages: [] };
		if (!timingSafeEqual(found.joiner.tokenHash, tokenHash)) throw new DienstwegError('conflict');
		return { mailbox: found.mailbox };
	}

	post({ mailbox, token, index, body }: PostMessageInput): void {
		const { found, mine } = this.#find(mailbox, token);
		if (found.closed) throw new DienstwegError('not_found');
		const isNext = index === mine.messages.length;
		if (isNext) mine.messages.push(body);
		else if (mine.messages[index] !== body) throw new DienstwegError('conflict');
	}

	read({ mailbox, token, from }: ReadMailboxInput): MailboxPage {
		const { found, other } = this.#find(mailbox, token);
		return { messages: other?.messages.slice(from) ?? [], closed: found.closed };
	}

	/** What was left goes at once; that it was closed is told until it is over. */
	close({ mailbox, token }: CloseMailboxInput): void {
		const { found } = this.#find(mailbox, token);
		found.closed = true;
		found.opener.messages.splice(1);
		if (found.joiner) found.joiner.messages = [];
		this.#byCode.delete(found.code);
	}

	/** To anybody without a token of one of the sides it does not exist. */
	#find(id: string, token: string): { found: Mailbox; mine: Side; other: Side | null } {
		this.#sweep();
		const found = this.#byId.get(id);
		const tokenHash = hashOf(token);
		const isIts = (side: Side): boolean => timingSafeEqual(side.tokenHash, tokenHash);
		if (found && isIts(found.opener)) return { found, mine: found.opener, other: found.joiner };
		if (found?.joiner && isIts(found.joiner))
			return { found, mine: found.joiner, other: found.opener };
		throw new DienstwegError('not_found');
	}

	#sweep(): void {
		const now = this.#clock.now();
		for (const [id, { code, expiresAt }] of this.#byId) {
			if (expiresAt > now) break;
			this.#byId.delete(id);
			this.#byCode.delete(code);
		}
	}
}
