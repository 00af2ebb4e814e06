/**
 * One attempt to link two devices, on either side: displays or takes in, lets the person compare, hands the account over or
 * receives it. Owns the order of these steps; must never hand anything over before the person has said that the numbers
 * are the same, nor go on after they were not.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { wipe } from '#core/crypto/bytes.ts';
import {
	agreeAsDisplayer,
	agreeAsScanner,
	makeOpening,
	makeShare,
	readOpening,
	wipeAgreement,
	wipeShare,
	type Agreement
} from '#core/protocol/linking/agreement.ts';
import { linkingLink, readOffer } from '#core/protocol/linking/offer.ts';
import { otherRole } from '#core/protocol/linking/role.ts';
import {
	decodeDevice,
	encodeDevice,
	openFrom,
	sealFor,
	type ClaimedDevice
} from '#core/protocol/linking/sealed.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import { Pauses, type Timing } from '../pause.ts';
import type { Transport } from '../transport.ts';
import type { LinkingFailure, LinkingState } from './linking-state.ts';
import { LinkingEnd, Mailbox, type MailboxGround } from './mailbox.ts';

export type LinkingParty =
	| {
			role: 'old';
			/** Permits the device, and encodes what it is given. Wiped here. */
			grant(): Promise<Uint8Array>;
	  }
	| {
			role: 'new';
			device: ClaimedDevice;
			/** Takes what was received; throws where it is nothing that can be used. Wiped here. */
			receive(grant: Uint8Array): void;
	  };

export interface AttemptOptions {
	calls: Transport['linking'];
	/** Begins links. */
	origin: string;
	party: LinkingParty;
	onState(state: LinkingState): void;
	timing: Timing;
	now(): number;
	random(): number;
}

/** The longest pause after a call that failed: somebody waits in front of two screens. */
const LONGEST_PAUSE = 5000;

export class Attempt {
	readonly #options: AttemptOptions;
	readonly #pauses: Pauses;
	#mailbox: Mailbox | null = null;
	#agreement: Agreement | null = null;
	#answer: ((isSame: boolean) => void) | null = null;
	#ended = false;

	constructor(options: AttemptOptions) {
		this.#options = options;
		const longestPause = Math.min(LONGEST_PAUSE, options.timing.longestPause);
		this.#pauses = new Pauses({ ...options.timing, longestPause }, options.random);
	}

	/** Shows a code for the other device. Resolves when the attempt is over; never rejects. */
	show(): Promise<void> {
		return this.#run(async (ground) => {
			const { origin, party } = this.#options;
			const own = await makeShare();
			try {
				const opening = makeOpening(party.role, own.bytes);
				const { mailbox, code } = await Mailbox.open(ground, opening);
				this.#mailbox = mailbox;
				const link = linkingLink(origin, {
					mailbox: mailbox.id,
					role: party.role,
					key: own.keys.publicKey
				});
				this.#tell({ at: 'showing', link, code, until: mailbox.until });
				const answer = await mailbox.next();
				await mailbox.post(own.bytes);
				return await agreeAsDisplayer({ own, role: party.role, mailbox: mailbox.id }, answer);
			} catch (error) {
				wipeShare(own);
				throw error;
			}
		});
	}

	/** Takes in what the other device shows. Resolves when the attempt is over; never rejects. */
	scan(text: string): Promise<void> {
		return this.#run(async (ground) => {
			const { origin, party } = this.#options;
			const offer = readOffer(text, origin);
			if (!offer) throw new LinkingEnd('no_code');
			if (offer.role === party.role) throw new LinkingEnd('same_role');
			const mailbox = await Mailbox.join(ground, offer.name);
			this.#mailbox = mailbox;
			const opening = await mailbox.next();
			if (readOpening(opening) !== otherRole(party.role)) throw new LinkingEnd('same_role');
			const own = await makeShare();
			try {
				await mailbox.post(own.bytes);
				const displayed = await mailbox.next();
				const place = { own, mailbox: mailbox.id, opening };
				return await agreeAsScanner(place, displayed, offer.key);
			} catch (error) {
				wipeShare(own);
				throw error;
			}
		});
	}

	/** Whether the person found the numbers the same; counts once. */
	answer(isSame: boolean): void {
		this.#answer?.(isSame);
		this.#answer = null;
	}

	/** Ends it here, and tells the other device. */
	cancel(): void {
		this.#end({ at: 'idle' });
	}

	async #run(agree: (ground: MailboxGround) => Promise<Agreement>): Promise<void> {
		const { calls, now, party, timing } = this.#options;
		this.#tell({ at: 'connecting' });
		try {
			const agreement = await agree({
				calls,
				now,
				pauses: this.#pauses,
				lookEvery: timing.mailbox
			});
			this.#agreement = agreement;
			if (party.role === 'old') await this.#handOver(agreement, party);
			else await this.#receive(agreement, party);
		} catch (error) {
			this.#end({ at: 'failed', why: failureOf(error) });
		}
		if (this.#agreement) wipeAgreement(this.#agreement);
	}

	async #handOver(
		agreement: Agreement,
		{ grant }: Extract<LinkingParty, { role: 'old' }>
	): Promise<void> {
		const mailbox = this.#requireMailbox();
		const device = decodeDevice(await openFrom(agreement, 'device', await mailbox.next()));
		await this.#compare(agreement, device);
		this.#tell({ at: 'handing_over', device });
		const given = await grant();
		try {
			await mailbox.post(await sealFor(agreement, 'grant', given));
		} finally {
			wipe(given);
		}
		await openFrom(agreement, 'received', await mailbox.next());
		this.#end({ at: 'handed_over', device });
	}

	async #receive(
		agreement: Agreement,
		{ device, receive }: Extract<LinkingParty, { role: 'new' }>
	): Promise<void> {
		const mailbox = this.#requireMailbox();
		await mailbox.post(await sealFor(agreement, 'device', encodeDevice(device)));
		this.#tell({ at: 'compare', number: agreement.number, device: null });
		// Confirmed on the old device; here one can only say that the numbers differ.
		this.#answer = (isSame) => {
			if (!isSame) this.#end({ at: 'failed', why: 'different' });
		};
		const given = await openFrom(agreement, 'grant', await mailbox.next());
		if (this.#ended) return wipe(given);
		try {
			receive(given);
		} finally {
			wipe(given);
		}
		this.#ended = true;
		this.#options.onState({ at: 'received' });
		// Said to the other device's screen; this one needs no answer.
		await mailbox
			.post(await sealFor(agreement, 'received', new Uint8Array()))
			.catch(() => undefined);
	}

	/** Waits for the person, and looks meanwhile whether the other device has given up. */
	async #compare({ number }: Agreement, device: ClaimedDevice): Promise<void> {
		const answered = new Promise<boolean>((resolve) => (this.#answer = resolve));
		this.#tell({ at: 'compare', number, device });
		const looking = new AbortController();
		try {
			const over = this.#requireMailbox().untilOver(looking.signal);
			if (!(await Promise.race([answered, over]))) throw new LinkingEnd('different');
		} finally {
			looking.abort();
		}
	}

	#requireMailbox(): Mailbox {
		if (!this.#mailbox || this.#ended) throw new LinkingEnd('cancelled');
		return this.#mailbox;
	}

	#tell(state: LinkingState): void {
		if (!this.#ended) this.#options.onState(state);
	}

	#end(state: LinkingState): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#pauses.close();
		void this.#mailbox?.close();
		this.#options.onState(state);
	}
}

function failureOf(error: unknown): LinkingFailure {
	if (error instanceof LinkingEnd) return error.why;
	if (error instanceof DienstwegError) return error.code;
	// Bytes that don't fit together: nothing honest sends such.
	return error instanceof ProtocolError || error instanceof RangeError ? 'different' : 'internal';
}
