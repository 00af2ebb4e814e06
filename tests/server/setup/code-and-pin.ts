/** Code and PIN at a registered terminal: what the person's phone leaves with the server, and what the terminal's page asks for. */
import { randomUUID } from 'node:crypto';
import { fromBase64url, toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { sign } from '#core/crypto/ed25519.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import {
	confirmingKeysOf,
	makeTerminalCode,
	openCode,
	unwrapVisitsKey,
	wrapVisitsKey,
	type CodeSecrets
} from '#core/protocol/terminal/code-and-pin.ts';
import { takeVisitMessage } from '#shared/domain/terminal-pin-proof.ts';
import type { ApiServer } from './api-server.ts';
import { someBytes } from './bodies.ts';
import { anonymous, tokenHashOf, type Client } from './client.ts';

export const PIN = '739164';

export const allowTerminalPin = async (admin: Client, terminalPin: boolean): Promise<void> => {
	const { version, policy } = await admin.api.policy.get();
	await admin.api.policy.set({ version, policy: { ...policy, terminalPin } });
};

const visit = () => ({
	device: randomUUID(),
	tokenHash: someBytes(32),
	sealed: someBytes(200)
});

export class CodeAndPin {
	readonly #server: ApiServer;
	/** Of the terminal. */
	readonly token = someBytes(32);
	code: CodeSecrets;

	private constructor(server: ApiServer, code: CodeSecrets) {
		this.#server = server;
		this.code = code;
	}

	/** Allowed by the policy, and with a terminal to be used at. */
	static async register(server: ApiServer, admin: Client): Promise<CodeAndPin> {
		const made = new CodeAndPin(server, await openCode(makeTerminalCode(), 'example.org'));
		await allowTerminalPin(admin, true);
		await admin.api.terminals.register({
			id: randomUUID(),
			name: 'Bibliothek',
			place: '',
			idleMinutes: 3,
			tokenHash: tokenHashOf(made.token)
		});
		return made;
	}

	get locator(): string {
		return toBase64url(this.code.locator);
	}

	async exchangeCode(): Promise<void> {
		this.code = await openCode(makeTerminalCode(), 'example.org');
	}

	/** What a phone does; returns what it sealed under. */
	async setUp(by: Client): Promise<Uint8Array> {
		const { locator } = this;
		const key = fromBase64url(someBytes(32));
		const { publicKey } = await confirmingKeysOf(key);
		const { blind, blinded } = blindInput(utf8(PIN));
		const { evaluated } = await by.api.terminals.makePin({
			locator,
			confirmKey: toBase64url(publicKey),
			blinded: toBase64url(blinded)
		});
		const output = finishOprf(utf8(PIN), blind, fromBase64url(evaluated));
		const wrapped = await wrapVisitsKey(key, { pin: utf8(PIN), output }, this.code);
		await by.api.terminals.leaveVisits({
			locator,
			wrapped: toBase64url(wrapped),
			body: someBytes(500),
			visits: [visit(), visit()]
		});
		return key;
	}

	/** One try, as a terminal's page makes it; `key` where it opened something. */
	async try(pin: string, at: { token?: string; locator?: string } = {}) {
		const { blind, blinded } = blindInput(utf8(pin));
		const tried = await anonymous(this.#server.origin).api.terminals.tryPin({
			token: at.token ?? this.token,
			locator: at.locator ?? this.locator,
			blinded: toBase64url(blinded)
		});
		if (tried.outcome !== 'evaluated') return { ...tried, key: null };
		const typed = {
			pin: utf8(pin),
			output: finishOprf(utf8(pin), blind, fromBase64url(tried.evaluated))
		};
		const key = await unwrapVisitsKey(fromBase64url(tried.wrapped), typed, this.code);
		return { ...tried, key };
	}

	/** By the right PIN. */
	async open(): Promise<{ key: Uint8Array; nonce: string }> {
		const tried = await this.try(PIN);
		if (tried.outcome !== 'evaluated' || !tried.key) throw new Error(tried.outcome);
		return { key: tried.key, nonce: tried.nonce };
	}

	async take(key: Uint8Array, nonce: string, at: { token?: string; signedFor?: string } = {}) {
		const { locator } = this;
		const { secretKey } = await confirmingKeysOf(key);
		const message = takeVisitMessage(locator, nonce, tokenHashOf(at.signedFor ?? this.token));
		const signature = toBase64url(await sign(message, secretKey));
		return anonymous(this.#server.origin).api.terminals.takeVisit({
			token: at.token ?? this.token,
			locator,
			signature
		});
	}
}
