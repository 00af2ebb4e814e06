/**
 * One side of a mailbox on the server: leaves messages and waits for the other side's, whatever the network does. Owns
 * repeating of calls; must never look into a message.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { MAILBOX_MILLIS } from '#shared/contract/linking.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { isPassing, type Pauses } from '../pause.ts';
import type { Transport } from '../transport.ts';
import type { LinkingFailure } from './linking-state.ts';

/** Ends an attempt; `why` is shown. */
export class LinkingEnd extends Error {
	override readonly name = 'LinkingEnd';
	constructor(readonly why: LinkingFailure) {
		super(why);
	}
}

export interface MailboxGround {
	calls: Transport['linking'];
	/** Closed when the attempt is given up here. */
	pauses: Pauses;
	/** Milliseconds between two looks into it. */
	lookEvery: number;
	now(): number;
}

export class Mailbox {
	readonly #ground: MailboxGround;
	readonly #token = toBase64url(randomBytes(32));
	readonly until: number;
	#id = '';
	#posted = 0;
	#read = 0;

	private constructor(ground: MailboxGround) {
		this.#ground = ground;
		this.until = ground.now() + MAILBOX_MILLIS;
	}

	/** Opens one, with the first message in it. */
	static async open(
		ground: MailboxGround,
		first: Uint8Array
	): Promise<{ mailbox: Mailbox; code: string }> {
		const mailbox = new Mailbox(ground);
		const input = { token: mailbox.#token, first: toBase64url(first) };
		const { mailbox: id, code } = await mailbox.#persist((calls) => calls.open(input));
		mailbox.#id = id;
		mailbox.#posted = 1;
		return { mailbox, code };
	}

	/** Comes into one that the other device has opened. `name` is its id or its short code. */
	static async join(ground: MailboxGround, name: string): Promise<Mailbox> {
		const mailbox = new Mailbox(ground);
		const input = { token: mailbox.#token, name };
		try {
			mailbox.#id = (await mailbox.#persist((calls) => calls.join(input))).mailbox;
		} catch (error) {
			const isTaken = error instanceof DienstwegError && error.code === 'conflict';
			throw isTaken ? new LinkingEnd('taken') : error;
		}
		return mailbox;
	}

	/** 16 bytes. */
	get id(): Uint8Array {
		return fromBase64url(this.#id);
	}

	async post(message: Uint8Array): Promise<void> {
		const place = { mailbox: this.#id, token: this.#token, index: this.#posted++ };
		await this.#persist((calls) => calls.post({ ...place, body: toBase64url(message) }));
	}

	/** The other side's next message; waits for it. */
	async next(): Promise<Uint8Array> {
		for (;;) {
			const message = await this.#look();
			if (message !== undefined) {
				this.#read += 1;
				return this.#decode(message);
			}
			await this.#rest();
		}
	}

	/** Rejects when it is over, and is silent until then; `signal` ends the looking. */
	async untilOver(signal: AbortSignal): Promise<never> {
		while (!signal.aborted) {
			await this.#look();
			await this.#rest();
		}
		return new Promise(() => undefined);
	}

	/** Tells the other side that it is over; once, since it is so after ten minutes in any case. */
	async close(): Promise<void> {
		if (this.#id === '') return;
		const place = { mailbox: this.#id, token: this.#token };
		await this.#ground.calls.close(place).catch(() => undefined);
	}

	#rest(): Promise<void> {
		const { pauses, lookEvery } = this.#ground;
		return pauses.sleep(lookEvery);
	}

	async #look(): Promise<string | undefined> {
		const input = { mailbox: this.#id, token: this.#token, from: this.#read };
		const { messages, closed } = await this.#persist((calls) => calls.read(input));
		if (closed) throw new LinkingEnd('cancelled');
		return messages[0];
	}

	#decode(message: string): Uint8Array {
		try {
			return fromBase64url(message);
		} catch {
			throw new LinkingEnd('different');
		}
	}

	/** Until there is an answer, the time is over, or this side has given up. */
	async #persist<T>(work: (calls: Transport['linking']) => Promise<T>): Promise<T> {
		const { calls, pauses, now } = this.#ground;
		for (let failures = 0; ; failures++) {
			if (pauses.closed) throw new LinkingEnd('cancelled');
			if (now() >= this.until) throw new LinkingEnd('expired');
			try {
				return await work(calls);
			} catch (error) {
				if (error instanceof DienstwegError && error.code === 'not_found')
					throw new LinkingEnd(this.#id === '' ? 'expired' : 'cancelled');
				if (!isPassing(error)) throw error;
				await pauses.afterFailure(failures, error);
			}
		}
	}
}
