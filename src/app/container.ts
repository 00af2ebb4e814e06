/**
 * The container of this browser, as one tab sees it: starts the vault's worker with the PIN, lets it hand
 * the key to the engine's worker, and mirrors that worker's phase. Never sees a key.
 */
import type { EnrolInput, LinkingState, LinkingStep, RecoveryStep } from '#core/engine/api.ts';
import type { Container, ContainerState, PasskeyPlace } from '#core/engine/container.ts';
import { connect } from '#platform/link/connection.ts';
import { fromFailure } from '#platform/link/failure.ts';
import { RemoteEngine } from '#platform/link/remote-engine.ts';
import type { FromHost, FromTab, Requests, WireState } from '#platform/link/wire.ts';
import type { makePasskey } from '#platform/passkey.ts';
import { prepareVault, runVault } from '#platform/vault/run-vault.ts';
import type { Opening, VaultOrder } from '#platform/vault/vault-wire.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import engineWorkerUrl from './engine-worker.ts?worker&url';
import { onActivity, onSight } from './activity.ts';
import { missingSupport } from './support.ts';
import { passkeys, passkeyState, pinRules } from './ways-to-open.ts';

interface Asked {
	name: keyof Requests;
	resolve(value: unknown): void;
	reject(error: DienstwegError): void;
}

/** Fetched long before it is needed: once anything is destroyed, there may be nothing to take it from. */
const destruction = () => import('#platform/destroy-local.ts');
const destroy = async (): Promise<void> => (await destruction()).destroyLocal();

/** Connects the tab to the engine's worker, unless the browser lacks what that takes. */
export function createContainer(): Container {
	const missing = missingSupport();
	return new TabContainer(missing === null ? null : { phase: 'unsupported', missing });
}

class TabContainer implements Container {
	#state: ContainerState = { phase: 'starting' };
	#linking: LinkingState = { at: 'idle' };
	readonly #linkingWatchers = new Set<(state: LinkingState) => void>();
	readonly #subscribers = new Set<(state: ContainerState) => void>();
	readonly #asked = new Map<number, Asked>();
	readonly #connection;
	#engine: { remote: RemoteEngine; serial: number } | null = null;
	#ids = 0;
	#openedBy: 'pin' | 'passkey' | null = null;
	#passkeyMade: Awaited<ReturnType<typeof makePasskey>> = null;

	constructor(unsupported: ContainerState | null) {
		if (unsupported) {
			this.#state = unsupported;
			this.#connection = null;
			return;
		}
		this.#connection = connect(engineWorkerUrl, {
			onMessage: (message) => this.#receive(message),
			onLost: () => this.#lost()
		});
		// In this order: what comes back into sight too late is locked before it counts as touched.
		onSight((isSeen) => this.#send({ type: 'sight', isSeen }));
		onActivity(() => {
			this.#send({ type: 'touch' });
			if (this.#state.phase === 'locked') prepareVault();
		});
	}

	get state(): ContainerState {
		return this.#state;
	}

	subscribe(onState: (state: ContainerState) => void): () => void {
		this.#subscribers.add(onState);
		onState(this.#state);
		return () => void this.#subscribers.delete(onState);
	}

	async peek(secret: string): Promise<InvitationPreview> {
		return (await this.#ask('peek', { secret })) as InvitationPreview;
	}

	async enrol({ pin, ...input }: EnrolInput & { pin: string }): Promise<void> {
		// Asked for at a moment when somebody has just chosen to stay; a refusal changes nothing.
		void navigator.storage?.persist?.().catch(() => undefined);
		const ask = (way: { pin: string | null; key: MessagePort | null }) =>
			this.#ask('enrol', { ...input, ...way }, way);
		if (this.#connection?.carriesPorts) {
			await this.#withKey({ do: 'make', pin }, (key) => ask({ pin: null, key }));
		} else await ask({ pin, key: null });
		await this.#ask('refresh', undefined);
	}

	watchLinking(onState: (state: LinkingState) => void): () => void {
		this.#linkingWatchers.add(onState);
		onState(this.#linking);
		return () => void this.#linkingWatchers.delete(onState);
	}

	recover: Container['recover'] = (step) => this.#ask('recover', step as RecoveryStep) as never;

	async link(step: LinkingStep): Promise<void> {
		await this.#ask('link', step);
	}

	async unlock(pin: string): Promise<void> {
		this.#openedBy = 'pin';
		await this.#open({ pin });
	}

	async unlockByPasskey(place: PasskeyPlace): Promise<boolean> {
		const secret = await (await passkeys()).askPasskey(place);
		if (secret === null) return false;
		this.#openedBy = 'passkey';
		await this.#open({ passkey: secret }).finally(() => secret.fill(0));
		return true;
	}

	get openedBy(): 'pin' | 'passkey' | null {
		return this.#openedBy;
	}

	readonly passkey = passkeyState;
	readonly pinRules = pinRules;

	async addPasskey(pin: string): Promise<boolean> {
		// A wrong PIN does not make the one that was made just now a useless one.
		const made = (this.#passkeyMade ??= await (await passkeys()).makePasskey('Dienstweg'));
		if (made === null) return false;
		const { place } = made;
		await this.#change({ do: 'add-passkey', pin, place, secret: made.secret.slice() });
		made.secret.fill(0);
		this.#passkeyMade = null;
		return true;
	}

	removePasskey(): Promise<void> {
		return this.#change({ do: 'remove-passkey' });
	}

	async lock(): Promise<void> {
		await this.#ask('lock', undefined);
	}

	changePin(current: string, next: string): Promise<void> {
		return this.#change({ do: 'change', pin: current, next });
	}

	async wipe(): Promise<void> {
		await this.#ask('wipe', undefined);
	}

	/** Changes the vault's file, of which the engine's worker is told. */
	async #change(order: VaultOrder): Promise<void> {
		try {
			await runVault(order);
		} finally {
			await this.#ask('refresh', undefined);
		}
	}

	async #open(by: Opening): Promise<void> {
		if (this.#connection?.carriesPorts) {
			await this.#withKey({ do: 'open', by }, (key) =>
				this.#ask('open', { by: null, key }, { key })
			);
		} else await this.#ask('open', { by, key: null });
	}

	/** Lets a vault worker and the engine's worker meet; both must succeed. */
	async #withKey(
		start: { do: 'make'; pin: string } | { do: 'open'; by: Opening },
		ask: (key: MessagePort) => Promise<unknown>
	): Promise<void> {
		const { port1, port2 } = new MessageChannel();
		const opened = ask(port2);
		await Promise.all([opened, runVault({ ...start, key: port1 })]);
	}

	/** Waits for the next worker while one is ending. */
	async #ask<Name extends keyof Requests>(
		name: Name,
		input: Requests[Name],
		transfer: { key: MessagePort | null } = { key: null }
	): Promise<unknown> {
		await this.#connection?.ready();
		const id = this.#nextId();
		return new Promise((resolve, reject) => {
			this.#asked.set(id, { name, resolve, reject });
			this.#send({ type: 'ask', id, name, input }, transfer.key ? [transfer.key] : []);
		});
	}

	#send(message: FromTab, transfer: Transferable[] = []): void {
		this.#connection?.send(message, transfer);
	}

	#nextId(): number {
		this.#ids += 1;
		return this.#ids;
	}

	#receive(message: FromHost): void {
		switch (message.type) {
			case 'welcome':
				this.#send({ type: 'sight', isSeen: document.visibilityState === 'visible' });
				this.#mirror(message.state);
				break;
			case 'state':
				this.#mirror(message.state);
				break;
			case 'linking':
				this.#showLinking(message.state);
				break;
			case 'ended':
				this.#empty(message.state);
				break;
			default:
				if (!this.#engine?.remote.receive(message)) this.#answered(message);
		}
	}

	#showLinking(state: LinkingState): void {
		this.#linking = state;
		for (const onState of this.#linkingWatchers) onState(state);
	}

	#answered(message: FromHost): void {
		if (message.type !== 'result' && message.type !== 'failure') return;
		const asked = this.#asked.get(message.id);
		this.#asked.delete(message.id);
		if (message.type === 'result') asked?.resolve(message.value);
		else asked?.reject(fromFailure(message));
	}

	#mirror(state: WireState): void {
		// While the next worker starts, the lock screen stays.
		if (state.phase === 'starting' && this.#state.phase === 'locked') return;
		if (state.phase !== 'open') {
			this.#endEngine();
			this.#show(state);
			return;
		}
		if (this.#engine?.serial === state.serial) return;
		this.#endEngine();
		const remote = new RemoteEngine(
			(message) => this.#send(message),
			() => this.#nextId()
		);
		this.#engine = { remote, serial: state.serial };
		this.#show({ phase: 'open', engine: remote });
	}

	/** Everything readable leaves the document before the worker is told that it has. */
	#empty(state: WireState): void {
		this.#endEngine();
		const isGone = state.phase === 'gone';
		if (isGone) this.#connection?.stop();
		this.#mirror(isGone ? { phase: 'starting' } : state);
		setTimeout(() => {
			this.#send({ type: 'emptied' });
			if (isGone) void destroy().then(() => this.#gone(state));
			else this.#settleAsked();
		});
	}

	/** Said only once it is true. */
	#gone(state: WireState): void {
		this.#mirror(state);
		this.#settleAsked();
	}

	/** The worker is gone, with or without a word. */
	#lost(): void {
		this.#endEngine();
		this.#settleAsked();
		this.#showLinking({ at: 'idle' });
		if (this.#state.phase !== 'gone') this.#mirror({ phase: 'starting' });
	}

	#endEngine(): void {
		this.#engine?.remote.end();
		this.#engine = null;
	}

	/** Locking and wiping have come true when the worker ended; anything else was cut off. */
	#settleAsked(): void {
		for (const { name, resolve, reject } of this.#asked.values())
			if (name === 'lock' || name === 'wipe') resolve(undefined);
			else reject(new DienstwegError('unavailable'));
		this.#asked.clear();
	}

	#show(state: ContainerState): void {
		this.#state = state;
		// It is asked for again when it is needed.
		if (state.phase === 'locked' || state.phase === 'open') destruction().catch(() => undefined);
		for (const onState of this.#subscribers) onState(state);
	}
}
