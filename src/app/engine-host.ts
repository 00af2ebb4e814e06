/**
 * The container's life in the worker: empty, locked, open, gone. Owns the engine and the only reference to
 * its key; serves every tab, locks after idleness and out of sight, ends itself. Runs in a SharedWorker or a dedicated one
 * and knows neither: what differs comes in as `HostPorts`. Must never send a key to a tab.
 */
import type { LinkingStep, RecoveryStep } from '#core/engine/api.ts';
import type { GoneReason } from '#core/engine/container.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { toFailure } from '#platform/link/failure.ts';
import { TabService } from '#platform/link/tab-service.ts';
import type { FromHost, FromTab, Line, Requests, WireState } from '#platform/link/wire.ts';
import type { VaultKey } from '#platform/vault/vault-wire.ts';
import type { HostPorts, OpenEngine, VaultStart } from './host-ports.ts';
import { Arriving } from './arriving.ts';
import { IdleClock } from './idle-clock.ts';
import { InSight } from './in-sight.ts';
import { receiveKey } from './key-handover.ts';
import { followLockRules } from './lock-rules.ts';
import { RevocationWatch } from './revocation-watch.ts';
import { Viewing } from './viewing.ts';

interface Tab {
	line: Line<FromHost, FromTab>;
	service: TabService;
	emptied: () => void;
}

/**
 * Milliseconds after the last tab until the container locks: a reload finds it open, somebody else does not.
 * Only where the worker may outlive its tabs for that long (`extendedLifetime`, connection.ts).
 */
const LOCK_AFTER_LEAVING = 5_000;
/** Milliseconds that tabs get to empty their documents; a frozen tab does it when it thaws, before it is seen. */
const EMPTY_WITHIN = 500;

export class EngineHost {
	readonly #ports: HostPorts;
	readonly #tabs = new Map<string, Tab>();
	readonly #viewing = new Viewing();
	readonly #sight = new InSight();
	readonly #idle = new IdleClock(() => void this.#lock());
	readonly #revocation: RevocationWatch;
	readonly #arriving: Arriving;
	#state: WireState = { phase: 'starting' };
	#engine: OpenEngine | null = null;
	/** How it can be opened, as last read: said at once on locking, when nothing may be waited for. */
	#lockState: WireState = { phase: 'starting' };
	#serial = 0;
	/** Openings, one after the other. */
	#turn: Promise<unknown> = Promise.resolve();
	#ended = false;
	#leaving: ReturnType<typeof setTimeout> | undefined;

	constructor(ports: HostPorts) {
		this.#ports = ports;
		this.#revocation = new RevocationWatch(ports, (why) => void this.#wipe(why));
		this.#arriving = new Arriving({
			ports,
			isEmpty: () => this.#state.phase === 'empty',
			tell: (state) => {
				for (const { line } of this.#tabs.values()) line.send({ type: 'linking', state });
			}
		});
	}

	async start(): Promise<void> {
		await this.#ports.own();
		await this.#rest();
	}

	/** There may be a network again. */
	readonly online = (): void => this.#revocation.look();

	/** Another worker, of another version of the app, waits for its turn. Tabs that are still here go first. */
	makeWay(): void {
		if (this.#tabs.size > 0) return;
		void this.#finish(this.#lockState);
	}

	/** Serves a tab from its first message on. */
	connect(line: Line<FromHost, FromTab>): void {
		let tab: string | undefined;
		line.onMessage = (message) => {
			if (message.type === 'hello') {
				tab = message.tab;
				this.#welcome(tab, line);
			} else if (tab !== undefined) this.#receive(tab, message, line);
		};
	}

	/** A tab that says hello again has lost its line: the new one takes its place. */
	#welcome(id: string, line: Line<FromHost, FromTab>): void {
		const known = this.#tabs.get(id);
		if (known) known.line = line;
		else this.#admit(id, line);
		line.send({ type: 'welcome', host: this.#ports.id, state: this.#state });
		line.send({ type: 'linking', state: this.#arriving.linking });
	}

	#admit(id: string, line: Line<FromHost, FromTab>): void {
		clearTimeout(this.#leaving);
		const send = (message: FromHost) => tab.line.send(message);
		const service = new TabService(send, (conversation) => this.#show(id, conversation));
		const tab: Tab = { line, service, emptied: () => undefined };
		this.#tabs.set(id, tab);
		this.#see(id, true);
		void this.#ports.tabGone(id).then(() => {
			service.end();
			this.#tabs.delete(id);
			this.#show(id, null);
			this.#see(id, null);
			tab.emptied();
			tab.line.close();
			if (this.#tabs.size === 0)
				this.#leaving = setTimeout(() => void this.#lock(), LOCK_AFTER_LEAVING);
		});
	}

	#receive(id: string, message: FromTab, line: Line<FromHost, FromTab>): void {
		const tab = this.#tabs.get(id);
		if (tab === undefined || message.type === 'hello') return;
		switch (message.type) {
			case 'ask':
				void this.#answer(message, line);
				break;
			case 'touch':
				this.#idle.touch();
				this.#ports.prepare();
				break;
			case 'sight':
				this.#see(id, message.isSeen);
				break;
			case 'emptied':
				tab.emptied();
				break;
			default:
				tab.service.receive(message, this.#engine);
		}
	}

	async #answer(ask: Extract<FromTab, { type: 'ask' }>, line: Line<FromHost, FromTab>) {
		try {
			const value = await this.#perform(ask.name, ask.input);
			line.send({ type: 'result', id: ask.id, value });
		} catch (error) {
			line.send({ type: 'failure', id: ask.id, ...toFailure(error) });
		}
	}

	#perform(name: keyof Requests, input: unknown): Promise<unknown> {
		switch (name) {
			case 'peek':
				return this.#ports.peek((input as Requests['peek']).secret);
			case 'open': {
				const { by, key } = input as Requests['open'];
				const start = by && { do: 'open' as const, by };
				return this.#inTurn(() =>
					this.#openWith({ start, port: key }, (vault) => this.#ports.open(vault.key))
				);
			}
			case 'enrol': {
				const { pin, key, ...joining } = input as Requests['enrol'];
				const start = pin === null ? null : { do: 'make' as const, pin };
				return this.#inTurn(() =>
					this.#openWith({ start, port: key }, async (vault) => {
						if (vault.fresh) await this.#ports.discardDatabases();
						return this.#ports.enrol(joining, vault.key);
					})
				);
			}
			case 'recover':
				return this.#arriving.recover(input as RecoveryStep);
			case 'link':
				return this.#arriving.link(input as LinkingStep);
			case 'lock':
				return this.#lock();
			case 'wipe':
				return this.#wipe('wiped');
			case 'refresh':
				return this.#rest();
		}
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => undefined);
		return result;
	}

	/** Takes the key from the vault, opens the engine with it, and tells the vault whether it is in use. */
	async #openWith(
		from: { start: VaultStart | null; port: MessagePort | null },
		open: (vault: VaultKey) => Promise<OpenEngine>
	): Promise<void> {
		const port = from.port ?? (from.start && this.#ports.runVault(from.start));
		if (!port) throw new DienstwegError('internal');
		try {
			const vault = await receiveKey(port);
			try {
				if (this.#engine === null) this.#opened(await open(vault));
			} finally {
				// The engine works with a copy of its own.
				vault.key.fill(0);
			}
			port.postMessage('kept');
			void this.#rest();
		} catch (error) {
			port.postMessage('dropped');
			await this.#refused(error);
			throw error;
		}
	}

	#opened(engine: OpenEngine): void {
		this.#engine = engine;
		this.#serial += 1;
		followLockRules(engine, {
			limit: (limits) => this.#idle.start(limits),
			lock: () => void this.#lock()
		});
		engine.watch('status', undefined, (status) => {
			if (status.problem === 'device_revoked') void this.#revoked();
		});
		this.#tell({ phase: 'open', serial: this.#serial });
	}

	async #refused(error: unknown): Promise<void> {
		const code = error instanceof DienstwegError ? error.code : 'internal';
		if (code === 'device_revoked') await this.#revoked();
		else await this.#rest();
	}

	async #revoked(): Promise<void> {
		await this.#wipe(await this.#revocation.why());
	}

	/** The phase without an engine, as the vault's file has it. Ten wrong PINs end an open container as well. */
	async #rest(): Promise<void> {
		if (this.#ended) return;
		const status = await this.#ports.vaultStatus();
		if (status.stage === 'destroyed') return this.#wipe('tries');
		if (status.stage === 'finished') this.#lockState = { phase: 'locked', ...status.lock };
		if (this.#engine !== null) return;
		if (status.stage === 'finished') return this.#tell(this.#lockState);
		const isRemnant = status.stage === 'none' && (await this.#ports.hasDatabases());
		this.#tell({ phase: 'empty', isRemnant });
	}

	#tell(state: WireState): void {
		this.#state = state;
		this.#revocation.watch(state.phase === 'locked');
		for (const tab of this.#tabs.values()) tab.line.send({ type: 'state', state });
	}

	#show(tab: string, conversation: string | null): void {
		const shown = this.#viewing.set(tab, conversation);
		this.#engine?.call('setViewing', { conversation: shown }).catch(() => undefined);
	}

	#see(tab: string, isSeen: boolean | null): void {
		this.#idle.see(this.#sight.set(tab, isSeen));
		if (isSeen) this.#revocation.look();
	}

	async #lock(): Promise<void> {
		if (this.#engine === null) return;
		await this.#finish(this.#lockState);
	}

	async #wipe(reason: GoneReason): Promise<void> {
		await this.#finish({ phase: 'gone', reason });
	}

	/** Tabs empty themselves first (a container that is gone is then destroyed by them); then keys are zero-filled and the worker ends. */
	async #finish(state: WireState): Promise<void> {
		if (this.#ended) return;
		this.#ended = true;
		this.#state = state;
		this.#idle.stop();
		this.#revocation.watch(false);
		const emptied = [...this.#tabs.values()].map(
			(tab) =>
				new Promise<void>((resolve) => {
					tab.emptied = resolve;
					tab.service.end();
					tab.line.send({ type: 'ended', state });
				})
		);
		const patience = new Promise((resolve) => setTimeout(resolve, EMPTY_WITHIN));
		await Promise.race([Promise.all(emptied), patience]);
		try {
			await this.#engine?.close();
		} finally {
			this.#engine = null;
			// After the answer to the tab that asked has left.
			setTimeout(() => this.#ports.end());
		}
	}
}
