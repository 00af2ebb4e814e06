/**
 * A tab's connection to the one worker with the engine: a SharedWorker, or where there is none (Chrome on
 * Android) a dedicated worker in the tab that holds a lock, reached over a channel. Finds the next worker
 * when one ends; the tab that closes hands the lock to another.
 */
import { trustedUrl } from '../trusted-url.ts';
import { Gate } from './gate.ts';
import { portLine, tabChannelLine } from './line.ts';
import {
	ENGINE_CHANNEL,
	HOLDER_LOCK,
	hostLock,
	shownLock,
	tabLock,
	type FromHost,
	type FromTab,
	type Line
} from './wire.ts';

/** Milliseconds after which an unanswered hello is said again. */
const HELLO_AGAIN = 3_000;

export interface Connection {
	send(message: FromTab, transfer?: Transferable[]): void;
	/** Resolves once a worker answers; what is sent before may be lost with the one that ended. */
	ready(): Promise<void>;
	/** Whether ports can be sent along. */
	readonly carriesPorts: boolean;
	/** No more workers: the container is gone. Names the last one. */
	stop(): string | undefined;
}

export interface ConnectionHandlers {
	onMessage(message: FromHost): void;
	/** The worker of that name ended, with or without a word. The next one is called once this resolves. */
	onLost(host: string): Promise<void>;
}

type TabLine = Line<FromTab, FromHost>;

/** @param workerUrl the engine's worker, as the build names it */
export function connect(workerUrl: string, handlers: ConnectionHandlers): Connection {
	const tab = crypto.randomUUID();
	const shared = 'SharedWorker' in globalThis;
	let line: TabLine | undefined;
	let stopped = false;
	let hello: ReturnType<typeof setInterval> | undefined;
	let host: string | undefined;
	const gate = new Gate();
	let endWorker: () => void = () => undefined;

	const take = (message: FromHost) => {
		if (message.type === 'welcome') {
			clearInterval(hello);
			if (message.host !== host) watchHost(message.host);
			host = message.host;
			gate.open();
		} else if (message.type === 'ended') gate.shut();
		handlers.onMessage(message);
	};
	const call = () => {
		if (stopped) return;
		if (shared) {
			line?.close();
			line = sharedLine(workerUrl);
		}
		if (line) line.onMessage = take;
		line?.send({ type: 'hello', tab });
	};
	const callUntilAnswered = () => {
		clearInterval(hello);
		call();
		hello = setInterval(call, HELLO_AGAIN);
	};
	const watchHost = (id: string) => {
		void navigator.locks.request(hostLock(id), { mode: 'shared' }, () => {
			if (stopped) return;
			gate.shut();
			// Not waited for here: this lock is to be free.
			void handlers.onLost(id).then(() => {
				endWorker();
				callUntilAnswered();
			});
		});
		void navigator.locks.request(shownLock(id), { mode: 'shared' }, () => forever);
	};

	void navigator.locks.request(tabLock(tab), () => {
		if (!shared) {
			line = tabChannelLine(tab, callUntilAnswered);
			void navigator.locks.request(HOLDER_LOCK, () => {
				endWorker = holdWorker(workerUrl);
				return forever;
			});
		}
		callUntilAnswered();
		return forever;
	});

	return {
		send: (message, transfer) => line?.send(message, transfer),
		ready: () => gate.pass(),
		carriesPorts: shared,
		stop() {
			stopped = true;
			clearInterval(hello);
			return host;
		}
	};
}

/** Never settles: a lock whose holder waits for it is given back when the tab or worker ends. */
const forever = new Promise<void>(() => undefined);

function sharedLine(url: string): TabLine {
	// It may outlive its last tab for a moment, so that a reload does not lock (Chromium; no type has it yet).
	const options = { type: 'module', name: ENGINE_CHANNEL, extendedLifetime: true } as const;
	const worker = new SharedWorker(trustedUrl(url), options);
	return portLine(worker.port);
}

/** Runs the engine's worker in this tab; the returned function puts a new one in the place of one that ended. */
function holdWorker(url: string): () => void {
	const start = () => new Worker(trustedUrl(url), { type: 'module', name: ENGINE_CHANNEL });
	let worker = start();
	return () => {
		worker.terminate();
		worker = start();
	};
}
