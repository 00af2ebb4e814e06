/**
 * On the person's own device: the code and PIN by which they sign in at a terminal without it. Owns that what a terminal
 * would then be given is ready and of today. The PIN and the code are kept nowhere; must never leave a secret of the
 * account.
 */
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { PREPARED_VISITS } from '#shared/contract/terminal-pin.ts';
import { checkPin } from '#shared/domain/pin.ts';
import { equalBytes, fromBase64url, toBase64url, utf8, wipe } from '#core/crypto/bytes.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import { randomBytes } from '#core/crypto/random.ts';
import {
	confirmingKeysOf,
	makeTerminalCode,
	openCode,
	wrapVisitsKey
} from '#core/protocol/terminal/code-and-pin.ts';
import { sealContents, sealDevice } from '#core/protocol/terminal/prepared-visit.ts';
import type { AccountFact, TerminalPinFact } from '#core/store/account-records.ts';
import type { ReadStore } from '#core/store/database.ts';
import type { SyncContext } from '#core/sync/context.ts';
import { isPassing } from '#core/sync/pause.ts';
import { readPolicy } from '#core/sync/policy.ts';
import type { TerminalPinState } from './terminal-requests.ts';
import { certifyVisitor, visitContents } from './visit-contents.ts';

/** Milliseconds in which changes are gathered that come one after the other. */
const GATHER = 1_000;

/** It ended a moment ago, or the authority has forbidden it. */
const OVER: ReadonlySet<ErrorCode> = new Set(['not_found', 'forbidden']);

const readFact = async ({ facts }: Pick<ReadStore, 'facts'>): Promise<TerminalPinFact | null> => {
	const fact = await facts.get('terminalPin');
	return fact?.name === 'terminalPin' ? fact : null;
};

/** Changes with what a terminal would be given; costs little. */
async function signOfChange({ epochKeys, facts }: ReadStore): Promise<string> {
	const backup = await facts.get('backup');
	const generation = backup?.name === 'backup' ? backup.generations.length : 0;
	const { version } = await readPolicy({ facts });
	return [await epochKeys.count(), generation, version].join();
}

export class TerminalPin {
	readonly #context: SyncContext;
	readonly #account: AccountFact;
	#stops: (() => void)[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#running: Promise<unknown> = Promise.resolve();

	constructor(context: SyncContext, account: AccountFact) {
		this.#context = context;
		this.#account = account;
	}

	/** From now on what was left is kept up to date, where this device has left anything. */
	start(): void {
		const { account, memory, store } = this.#context;
		if (!account.isFull) return;
		let sign = '';
		let changes = 0;
		this.#stops = [
			store.live(signOfChange, (now) => {
				if (now !== sign) this.#keepSoon();
				sign = now;
			}),
			memory.listen(() => {
				const now = memory.changesOf('ownDevices');
				if (now !== changes) this.#keepSoon();
				changes = now;
			})
		];
	}

	async close(): Promise<void> {
		for (const stop of this.#stops) stop();
		clearTimeout(this.#timer);
		await this.#running;
	}

	async state(): Promise<TerminalPinState | null> {
		const { self, server } = this.#context;
		const own = await server.call(({ terminals }) => terminals.pin());
		return own && { ...own, isHere: own.device === self.device };
	}

	/** A new code for this PIN; the one before is over. Rejects with `bad_request` for one that is too easy, `offline`. */
	set(pin: string): Promise<{ code: string }> {
		return this.#inTurn(async () => {
			const { policy } = await readPolicy(this.#context.store.read);
			if (checkPin(pin, policy.pinLength)) throw new DienstwegError('bad_request');
			const code = makeTerminalCode();
			const fact = await this.#make(code, pin);
			await this.#keep(fact);
			await this.#leave(fact);
			return { code };
		});
	}

	end(): Promise<void> {
		return this.#inTurn(async () => {
			await this.#context.server.call(({ terminals }) => terminals.endPin());
			await this.#forget();
		});
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#running.then(work);
		this.#running = result.catch(() => undefined);
		return result;
	}

	#keepSoon(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			// What fails for want of the network is made up for after the next catching-up.
			this.#inTurn(() => this.#bringUpToDate()).catch((error: unknown) => {
				if (isPassing(error) || this.#context.pauses.closed) return;
				this.#context.memory.setProblem(error instanceof DienstwegError ? error.code : 'internal');
			});
		}, GATHER);
	}

	async #bringUpToDate(): Promise<void> {
		const fact = await readFact(this.#context.store.read);
		if (!fact || this.#context.pauses.closed) return;
		const own = await this.state();
		// Ended, forbidden, destroyed by wrong PINs, or made anew on another device.
		if (!own?.isHere || own.isDestroyed) return this.#forget();
		try {
			await this.#leave(fact, own.visits);
		} catch (error) {
			const isOver = error instanceof DienstwegError && OVER.has(error.code);
			if (!isOver) throw error;
			await this.#forget();
		}
	}

	async #make(code: string, pin: string): Promise<TerminalPinFact> {
		const secrets = await openCode(code, this.#account.authority.domain);
		const key = randomBytes(32);
		const confirming = await confirmingKeysOf(key);
		wipe(confirming.secretKey);
		const input = utf8(pin);
		const { blind, blinded } = blindInput(input);
		const { evaluated } = await this.#context.server.call(({ terminals }) =>
			terminals.makePin({
				locator: toBase64url(secrets.locator),
				confirmKey: toBase64url(confirming.publicKey),
				blinded: toBase64url(blinded)
			})
		);
		const output = finishOprf(input, blind, fromBase64url(evaluated));
		const wrapped = await wrapVisitsKey(key, { pin: input, output }, secrets);
		wipe(secrets.key, blind);
		return { name: 'terminalPin', locator: secrets.locator, key, wrapped, left: null };
	}

	/** Does nothing where the same was left before, and no visit was used. */
	async #leave({ locator, key, wrapped, left, name }: TerminalPinFact, ready = 0): Promise<void> {
		const contents = await visitContents(this.#context, this.#account);
		const digest = sha256(utf8(JSON.stringify(contents)));
		if (ready === PREPARED_VISITS && left !== null && equalBytes(left, digest)) return;
		const visits = await Promise.all(
			Array.from({ length: PREPARED_VISITS }, () => this.#prepare(key))
		);
		const body = toBase64url(sealContents(key, contents));
		const input = { locator: toBase64url(locator), wrapped: toBase64url(wrapped), body, visits };
		await this.#context.server.call(({ terminals }) => terminals.leaveVisits(input));
		await this.#keep({ name, locator, key, wrapped, left: digest });
	}

	async #prepare(key: Uint8Array): Promise<{ device: string; tokenHash: string; sealed: string }> {
		const { publicKey, secretKey } = await generateSigningKeys();
		const certified = await certifyVisitor(this.#context, this.#account, publicKey);
		const { device, certificate } = certified;
		const token = randomBytes(32);
		const prepared = {
			secretKey: toBase64url(secretKey),
			certificate,
			token: toBase64url(token)
		};
		wipe(secretKey);
		const sealed = toBase64url(sealDevice(key, device, prepared));
		return { device, tokenHash: toBase64url(sha256(token)), sealed };
	}

	#keep(fact: TerminalPinFact): Promise<void> {
		return this.#context.store.write(['facts'], async ({ facts }) => void (await facts.put(fact)));
	}

	#forget(): Promise<void> {
		return this.#context.store.write(['facts'], ({ facts }) => facts.delete('terminalPin'));
	}
}
