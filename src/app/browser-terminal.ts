/**
 * The shared terminal that this browser is: starts a worker for each visit, mirrors how it stands, and empties the page
 * before anything else when the visit ends or the page goes. Sees keys at no time.
 */
import type { PinRefusal, Terminal, TerminalState, VisitEnd } from '#core/engine/terminal.ts';
import { RemoteEngine } from '#platform/link/remote-engine.ts';
import { leaveAtOnce } from '#platform/transport/leave-at-once.ts';
import { trustedUrl } from '#platform/trusted-url.ts';
import { hasDatabases } from './databases.ts';
import {
	beginAnew,
	findTerminalPlace,
	forgetTerminal,
	isInVisitedProcess,
	keepTerminal,
	markVisited
} from './terminal-place.ts';
import type { FromTerminalWorker, ToTerminalWorker } from './terminal-wire.ts';
import terminalWorkerUrl from './terminal-worker.ts?worker&url';

export class BrowserTerminal implements Terminal {
	readonly #subscribers = new Set<(state: TerminalState, lastEnd: VisitEnd | null) => void>();
	readonly #place = findTerminalPlace();
	#state: TerminalState = { phase: 'starting' };
	#lastEnd = this.#place.lastEnd;
	#worker: Worker | null = null;
	#remote: RemoteEngine | null = null;
	#ids = 0;
	#tried: (refusal: PinRefusal | null) => void = () => undefined;

	constructor() {
		// Nothing that was shown may come back: neither out of the browser's memory of pages, nor by its back button.
		addEventListener('pagehide', () => this.#vanish());
		addEventListener('pageshow', ({ persisted }) => {
			if (persisted) location.reload();
		});
		void this.#begin();
	}

	subscribe(onState: (state: TerminalState, lastEnd: VisitEnd | null) => void): () => void {
		this.#subscribers.add(onState);
		onState(this.#state, this.#lastEnd);
		return () => void this.#subscribers.delete(onState);
	}

	enterByPin(code: string, pin: string): Promise<PinRefusal | null> {
		return new Promise((resolve) => {
			this.#tried = resolve;
			this.#post({ type: 'pin', code, pin });
		});
	}

	signOut(end: 'signed_out' | 'idle'): void {
		const remote = this.#remote;
		this.#change({ phase: 'starting' });
		// What was being written leaves the page with it, on the way that still stands.
		setTimeout(() => {
			remote?.end();
			this.#post({ type: 'end', end });
		});
	}

	forget(): void {
		forgetTerminal();
		location.assign('/');
	}

	async #begin(): Promise<void> {
		const { token, isNew } = this.#place;
		if (!isNew && isInVisitedProcess()) {
			markVisited();
			return beginAnew(null);
		}
		if (token === null) return this.#change({ phase: 'unregistered' });
		if (isNew && (await hasDatabases())) return this.#change({ phase: 'occupied' });
		keepTerminal(token);
		// From when it was opened before it became a terminal.
		for (const registration of await navigator.serviceWorker.getRegistrations())
			await registration.unregister();
		this.#startWorker(token);
	}

	#startWorker(token: string): void {
		const worker = new Worker(trustedUrl(terminalWorkerUrl), { type: 'module' });
		worker.onmessage = ({ data }: MessageEvent<FromTerminalWorker>) => {
			if (worker === this.#worker) this.#receive(data);
		};
		worker.onerror = () => {
			if (worker === this.#worker) this.#over('failed');
		};
		this.#worker = worker;
		this.#post({ type: 'start', token });
	}

	#post(message: ToTerminalWorker): void {
		this.#worker?.postMessage(message);
	}

	#receive(message: FromTerminalWorker): void {
		if (message.type === 'over') this.#over(message.end);
		else if (message.type === 'tried') this.#tried(message.refusal);
		else if (message.type !== 'state') this.#remote?.receive(message);
		else if (message.state.phase === 'open') this.#open(message.state.terminal);
		else this.#change(message.state);
	}

	#open(terminal: Extract<TerminalState, { phase: 'open' }>['terminal']): void {
		const send = (message: Parameters<ConstructorParameters<typeof RemoteEngine>[0]>[0]) =>
			this.#post(message as ToTerminalWorker);
		this.#remote = new RemoteEngine(send, () => ++this.#ids);
		markVisited();
		this.#lastEnd = null;
		this.#change({ phase: 'open', terminal, engine: this.#remote });
	}

	/** Nothing readable is left on the page. */
	#close(): void {
		this.#remote?.end();
		this.#remote = null;
		if (this.#state.phase === 'open') this.#change({ phase: 'starting' });
	}

	/** The next visit gets a page that knows nothing of this one. */
	#over(end: VisitEnd): void {
		this.#close();
		this.#worker?.terminate();
		this.#worker = null;
		beginAnew(end);
	}

	#vanish(): void {
		const isOpen = this.#state.phase === 'open';
		this.#worker?.terminate();
		this.#worker = null;
		document.body.replaceChildren();
		if (isOpen) leaveAtOnce();
	}

	#change(state: TerminalState): void {
		this.#state = state;
		for (const onState of this.#subscribers) onState(state, this.#lastEnd);
	}
}
