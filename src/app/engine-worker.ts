/**
 * The worker that owns the engine, one per browser: composes host, engine and transport. The engine's own
 * code is loaded when it is needed; until then this file only tells tabs whether the container is locked.
 */
import { listenOnChannel, portLine } from '#platform/link/line.ts';
import {
	ENGINE_LOCK,
	hostLock,
	tabLock,
	type FromHost,
	type FromTab
} from '#platform/link/wire.ts';
import { runVault } from '#platform/vault/run-vault.ts';
import { readVaultStatus } from '#platform/vault/vault-status.ts';
import { askRevocation } from '#platform/standing.ts';
import { discardDatabases, hasDatabases } from './databases.ts';
import { EngineHost } from './engine-host.ts';

const id = crypto.randomUUID();
const loadEngine = () => import('./compose-engine.ts');

/** Holds the lock until the worker ends; resolves once it is held. */
const hold = (name: string) =>
	new Promise<void>((resolve) => {
		void navigator.locks.request(name, () => {
			resolve();
			return new Promise<never>(() => undefined);
		});
	});

/** On which a worker that starts asks an older one without tabs to end. */
const succession = new BroadcastChannel('dienstweg-succession');

const host = new EngineHost({
	id,
	own() {
		succession.postMessage('waiting');
		return hold(ENGINE_LOCK);
	},
	tabGone: (tab) => navigator.locks.request(tabLock(tab), { mode: 'shared' }, () => undefined),
	vaultStatus: readVaultStatus,
	runVault(start) {
		const { port1, port2 } = new MessageChannel();
		// A failure arrives over the port as well.
		runVault({ ...start, key: port1 }).catch(() => undefined);
		return port2;
	},
	prepare: () => void loadEngine().catch(() => undefined),
	peek: async (secret) => (await loadEngine()).peek(secret),
	open: async (key) => (await loadEngine()).open(key),
	enrol: async (input, key) => (await loadEngine()).enrol(input, key),
	link: async (step, onState) => (await loadEngine()).link(step, onState),
	recover: async (step) => (await loadEngine()).recover(step),
	askRevocation,
	hasDatabases,
	discardDatabases,
	end: () => self.close()
});

addEventListener('online', host.online);
succession.onmessage = () => host.makeWay();

const alive = hold(hostLock(id));

if ('SharedWorkerGlobalScope' in self) {
	addEventListener('connect', (event) => {
		const port = (event as MessageEvent).ports[0];
		if (port) void alive.then(() => host.connect(portLine<FromHost, FromTab>(port)));
	});
} else void alive.then(() => listenOnChannel<FromHost, FromTab>((line) => host.connect(line)));

void host.start();
