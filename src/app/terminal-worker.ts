/**
 * The worker of a shared terminal: the same engine as everywhere, on databases in its memory. One worker for one
 * visit; nothing of it is shared with another tab, and nothing outlives it.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openEngine } from '#core/engine/engine.ts';
import { enterVisit } from '#core/engine/terminal-entering.ts';
import { createTransport } from '#platform/transport/trpc-transport.ts';
import { TerminalHost } from './terminal-host.ts';
import type { ToTerminalWorker } from './terminal-wire.ts';

const KEY_BYTES = 32;

const transport = createTransport({
	origin: location.origin,
	fetch: (input, init) => fetch(input, init),
	WebSocket
});

const host = new TerminalHost({
	origin: location.origin,
	transport,
	async open(visit) {
		const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
		const options = {
			transport,
			origin: location.origin,
			databases: { indexedDB: new IDBFactory(), IDBKeyRange },
			name: 'visit',
			key
		};
		try {
			await enterVisit({ ...options, ...visit });
			return await openEngine(options);
		} finally {
			key.fill(0);
		}
	},
	send: (message) => postMessage(message)
});

addEventListener('message', ({ data }: MessageEvent<ToTerminalWorker>) => host.receive(data));
