/**
 * The container of this browser, as one tab sees it: starts the vault's worker with the PIN, lets it hand
 * the key to the engine's worker, and mirrors that worker's phase. Never sees a key.
 */
import type { EnrolInput, LinkingState, LinkingStep, RecoveryStep } from '#core/engine/api.ts';
import type { Container, ContainerState, PasskeyPlace } from '#core/engine/container.ts';
import { connect, type Connection } from '#platform/link/connection.ts';
import { RemoteEngine } from '#platform/link/remote-engine.ts';
import type { FromHost, FromTab, Requests, WireState } from '#platform/link/wire.ts';
import type { makePasskey } from '#platform/passkey.ts';
import { takeReason } from '#platform/tab-place.ts';
import { prepareVault, runVault } from '#platform/vault/run-vault.ts';
import type { Opening, VaultOrder } from '#platform/vault/vault-wire.ts';
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import engineWorkerUrl from './engine-worker.ts?worker&url';
import { onActivity, onSight } from './activity.ts';
import { hasDatabases } from './databases.ts';
import { destroy, leave, prepareEnd } from './ending.ts';
import { OpenQuestions } from './open-questions.ts';
import { missingSupport } from './support.ts';
import { passkeys, passkeyState, pinRules } from './ways-to-open.ts';

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
	readonly #questions = new OpenQuestions();
	#connection: Connection | null = null;
	/** This document took the place of one in which everything was destroyed, or came by a link that says so. */
	readonly #isAfter: boolean = false;
	#engine: { remote: RemoteEngine; serial: number } | null = null;
	/** Whether this document has ever shown what is locked now. */
	#hasShown = false;
	#ids = 0;
	#openedBy: 'pin' | 'passkey' | null = null;
	#passkeyMade: Awaited<ReturnType<typeof makePasskey>> = null;

	constructor(unsupported: ContainerState | null) {
		const reason = takeReason();
		if (unsupported) this.#state = unsupported;
		else if (reason === null) this.#connect();
		else {
			this.#isAfter = true;
			this.#state = { phase: 'gone', reason };
			void hasDatabases().then((isWrong) => isWrong && this.#connect());
		}
	}

	#connect(): void {
		this.#connection = connect(engineWorkerUrl, {
			onMessage: (message) => this.#receive(message),
			onLost: (host) => this.#lost(host)
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
		const answered = this.#questions.add(id, name);
		this.#send({ type: 'ask', id, name, input }, transfer.key ? [transfer.key] : []);
		return answered;
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
				if (!this.#engine?.remote.receive(message)) this.#questions.answer(message);
		}
	}

	#showLinking(state: LinkingState): void {
		this.#linking = state;
		for (const onState of this.#linkingWatchers) onState(state);
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
		this.#hasShown = true;
		this.#show({ phase: 'open', engine: remote });
	}

	/** Everything readable leaves the document before the worker is told that it has. */
	#empty(state: WireState): void {
		this.#endEngine();
		const isGone = state.phase === 'gone';
		const host = isGone ? this.#connection?.stop() : undefined;
		// One that is merely locked is shown locked in the document that takes this one's place.
		this.#mirror(isGone || this.#hasShown ? { phase: 'starting' } : state);
		setTimeout(() => {
			this.#send({ type: 'emptied' });
			if (isGone) void this.#gone(state, host ?? '');
			else this.#questions.settle();
		});
	}

	/** Said only once it is true, and where no key has been; here, where the process can't be left. */
	async #gone(state: Extract<WireState, { phase: 'gone' }>, host: string): Promise<void> {
		await destroy();
		if (!this.#isAfter) await leave(host, state.reason);
		this.#mirror(state);
		this.#questions.settle();
	}

	/** The worker is gone, with or without a word. Resolves where the next one is to be called from here. */
	async #lost(host: string): Promise<void> {
		this.#endEngine();
		this.#questions.settle();
		this.#showLinking({ at: 'idle' });
		if (this.#state.phase === 'gone') return;
		this.#mirror({ phase: 'starting' });
		if (this.#hasShown) await leave(host, null);
	}

	#endEngine(): void {
		this.#engine?.remote.end();
		this.#engine = null;
	}

	#show(state: ContainerState): void {
		this.#state = state;
		if (state.phase === 'locked' || state.phase === 'open') prepareEnd();
		for (const onState of this.#subscribers) onState(state);
	}
}
