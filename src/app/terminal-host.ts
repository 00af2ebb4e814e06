/**
 * A terminal's life in its worker, from the first code to the end of one visit: then the worker is thrown away, and
 * with it everything. Must never touch anything that lasts.
 */
import type { Engine } from '#core/engine/engine.ts';
import {
	awaitVisit,
	codeOf,
	forgetOffer,
	offerVisit,
	type Offered,
	type Visit
} from '#core/engine/terminal-entering.ts';
import { refusalOf, tryPin } from '#core/engine/terminal-pin-entering.ts';
import type { VisitEnd } from '#core/engine/terminal.ts';
import type { Transport } from '#core/sync/transport.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { TerminalDuty } from '#shared/contract/terminals.ts';
import {
	CODE_GOOD_MILLIS,
	CODE_SHOWN_MILLIS,
	SIGN_OF_LIFE_MILLIS,
	SILENCE_MILLIS
} from '#shared/domain/terminal.ts';
import { TabService } from '#platform/link/tab-service.ts';
import type { FromTerminalWorker, ToTerminalWorker } from './terminal-wire.ts';

/** Milliseconds between two looks whether somebody has scanned the code, or whether the network is back. */
const LOOK_EVERY = 2_000;
/** Milliseconds for what the page has said last, such as a draft, to be on its way. */
const LAST_WORDS = 200;
/** Milliseconds that the last words to the server may take. */
const FAREWELL = 3_000;

export interface TerminalPorts {
	readonly origin: string;
	readonly transport: Transport;
	/** Comes in and opens, on databases in memory. */
	open(visit: Visit & { terminal: TerminalDuty }): Promise<Engine>;
	send(message: FromTerminalWorker): void;
}

interface Shown {
	offered: Offered;
	at: number;
}

const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));
const codeOfError = (error: unknown) => (error instanceof DienstwegError ? error.code : 'internal');

export class TerminalHost {
	readonly #ports: TerminalPorts;
	readonly #service: TabService;
	#engine: Engine | null = null;
	#isOver = false;
	#token = '';
	/** By code and PIN: begins as soon as it is looked at. */
	#opened: Visit | null = null;
	#look: () => void = () => undefined;
	#heardAt = 0;
	#pulse: ReturnType<typeof setInterval> | undefined;

	constructor(ports: TerminalPorts) {
		this.#ports = ports;
		this.#service = new TabService(
			(message) => {
				if (message.type === 'result' || message.type === 'failure' || message.type === 'value')
					ports.send(message);
			},
			(conversation) =>
				void this.#engine?.call('setViewing', { conversation }).catch(() => undefined)
		);
	}

	receive(message: ToTerminalWorker): void {
		if (message.type === 'start') void this.#start(message.token);
		else if (message.type === 'pin') void this.#tryPin(message);
		else if (message.type === 'end') void this.#end(message.end);
		else this.#service.receive(message, this.#engine);
	}

	async #start(token: string): Promise<void> {
		this.#token = token;
		const terminal = await this.#duty(token);
		if (terminal === null) return;
		const granted = await this.#whenGranted(token, terminal);
		if (granted === null) return;
		this.#ports.send({ type: 'state', state: { phase: 'entering', terminal } });
		try {
			this.#begun(await this.#ports.open({ ...granted, terminal }), terminal);
		} catch {
			await this.#end('failed');
		}
	}

	/** Null for a browser that is no terminal. */
	async #duty(token: string): Promise<TerminalDuty | null> {
		for (;;) {
			try {
				return await this.#ports.transport.terminals.duty({ token });
			} catch (error) {
				if (!this.#failed(error)) return null;
				await sleep(LOOK_EVERY);
			}
		}
	}

	/** Tells what is shown instead of a code; false where trying again does not help. */
	#failed(error: unknown): boolean {
		const isUnknown = codeOfError(error) === 'terminal_unknown';
		const phase = isUnknown ? 'unregistered' : 'offline';
		this.#ports.send({ type: 'state', state: { phase } });
		return !isUnknown;
	}

	async #tryPin({ code, pin }: { code: string; pin: string }): Promise<void> {
		const { transport } = this.#ports;
		const result = await tryPin(transport, this.#token, { code, pin }).catch(refusalOf);
		const isOpen = 'grant' in result;
		this.#ports.send({ type: 'tried', refusal: isOpen ? null : result });
		if (!isOpen) return;
		this.#opened = result;
		this.#look();
	}

	/** Until it is time to look again. */
	#pause(): Promise<void> {
		return new Promise((resolve) => {
			this.#look = resolve;
			if (this.#opened) resolve();
			setTimeout(resolve, LOOK_EVERY);
		});
	}

	/** A code after the other, until somebody grants a visit to one that is still good, or has opened one by a PIN. */
	async #whenGranted(token: string, terminal: TerminalDuty): Promise<Visit | null> {
		const { transport } = this.#ports;
		let shown: Shown[] = [];
		for (;;) {
			if (this.#opened) return this.#opened;
			try {
				const now = Date.now();
				for (const { offered } of shown.filter(({ at }) => now - at >= CODE_GOOD_MILLIS))
					forgetOffer(offered);
				shown = shown.filter(({ at }) => now - at < CODE_GOOD_MILLIS);
				if (now - (shown.at(-1)?.at ?? 0) >= CODE_SHOWN_MILLIS)
					shown.push({ offered: await offerVisit(transport, token), at: now });
				this.#show(shown.at(-1)?.offered, terminal);
				const granted = await awaitVisit(
					transport,
					token,
					shown.map(({ offered }) => offered)
				);
				if (granted) return granted;
			} catch (error) {
				if (!this.#failed(error)) return null;
			}
			await this.#pause();
		}
	}

	#show(offered: Offered | undefined, { name, place }: TerminalDuty): void {
		if (!offered) return;
		const { fingerprint, withPin } = offered;
		const link = `${this.#ports.origin}/mehr/terminal#${fingerprint}`;
		const terminal = { name, place };
		const code = codeOf(fingerprint);
		const state = { phase: 'code' as const, terminal, code, link, withPin };
		this.#ports.send({ type: 'state', state });
	}

	#begun(engine: Engine, terminal: TerminalDuty): void {
		this.#engine = engine;
		this.#heardAt = Date.now();
		engine.watch('status', undefined, ({ problem }) => {
			if (problem === 'device_revoked' || problem === 'device_unknown') void this.#end('elsewhere');
		});
		this.#pulse = setInterval(() => void this.#beat(), SIGN_OF_LIFE_MILLIS);
		this.#ports.send({ type: 'state', state: { phase: 'open', terminal } });
	}

	async #beat(): Promise<void> {
		try {
			await this.#ports.transport.terminals.alive();
			this.#heardAt = Date.now();
		} catch (error) {
			if (codeOfError(error) === 'device_revoked') await this.#end('elsewhere');
			// By now the server has given it up as well.
			else if (Date.now() - this.#heardAt > SILENCE_MILLIS) await this.#end('network');
		}
	}

	async #end(end: VisitEnd): Promise<void> {
		if (this.#isOver) return;
		this.#isOver = true;
		clearInterval(this.#pulse);
		const isOurs = end === 'signed_out' || end === 'idle';
		const farewell = isOurs ? this.#farewell() : Promise.resolve();
		await Promise.race([farewell, sleep(FAREWELL)]);
		this.#service.end();
		await Promise.race([this.#engine?.close(), sleep(FAREWELL)]).catch(() => undefined);
		this.#ports.send({ type: 'over', end });
	}

	/** What is not sent goes to the visitor's own devices; then the device ends. */
	async #farewell(): Promise<void> {
		try {
			await sleep(LAST_WORDS);
			await this.#engine?.call('leaveTerminal', undefined);
		} catch {
			// Then the server notices the silence.
		}
	}
}
