/**
 * What travels between a tab and the worker that owns the engine: plain data, and one port on which the
 * vault hands its key over. Types and names only.
 */
import type {
	Commands,
	EnrolInput,
	LinkingState,
	LinkingStep,
	RecoveryStep,
	Views
} from '#core/engine/api.ts';
import type { ContainerState } from '#core/engine/container.ts';
import type { ErrorCode, ErrorDetail } from '#shared/contract/errors.ts';
import type { Opening } from '../vault/vault-wire.ts';

/** Held by each tab for its lifetime, so that the worker learns of its end. */
export const tabLock = (tab: string): string => `dienstweg-tab-${tab}`;
/** Held by each worker for its lifetime, so that tabs learn of its end. */
export const hostLock = (host: string): string => `dienstweg-host-${host}`;
/** Held by each document that has shown what a worker had opened. Also in anew.js. */
export const shownLock = (host: string): string => `dienstweg-shown-${host}`;
/** Held by the worker whose engine may open the databases: one owner of the keys, whatever happens. */
export const ENGINE_LOCK = 'dienstweg-engine';
/** Held by the tab that runs the engine's worker where there is no SharedWorker. */
export const HOLDER_LOCK = 'dienstweg-holder';
/** Name of the SharedWorker, and of the channel that stands in for it. */
export const ENGINE_CHANNEL = 'dienstweg-engine';

/** The container's state as it travels; each tab adds its own link to `open`. */
export type WireState =
	Exclude<ContainerState, { phase: 'open' }> | { phase: 'open'; serial: number };

/** What a tab asks of the container, beside the engine's own commands. */
export interface Requests {
	peek: { secret: string };
	/** `key`: port on which the vault hands over the data key; without it the worker runs the vault itself. */
	open: { by: Opening | null; key: MessagePort | null };
	enrol: EnrolInput & { pin: string | null; key: MessagePort | null };
	link: LinkingStep;
	recover: RecoveryStep;
	lock: undefined;
	wipe: undefined;
	/** The vault's file was changed by a tab. */
	refresh: undefined;
}

export type FromTab =
	| { type: 'hello'; tab: string }
	| { type: 'ask'; id: number; name: keyof Requests; input: Requests[keyof Requests] }
	| { type: 'call'; id: number; name: keyof Commands; input: unknown }
	| { type: 'watch'; id: number; name: keyof Views; input: unknown }
	| { type: 'unwatch'; id: number }
	/** The person is there: typed, touched, or came back to the tab. */
	| { type: 'touch' }
	/** Whether the tab can be seen; said after each welcome, and when it changes. */
	| { type: 'sight'; isSeen: boolean }
	/** Answer to `ended`: nothing readable is left in the tab's document. */
	| { type: 'emptied' };

export type FromHost =
	/** Answer to `hello`. `host` is new with each worker. */
	| { type: 'welcome'; host: string; state: WireState }
	| { type: 'state'; state: WireState }
	/** How it stands with the linking of this new device; said after each welcome, and when it changes. */
	| { type: 'linking'; state: LinkingState }
	| { type: 'result'; id: number; value: unknown }
	| { type: 'failure'; id: number; code: ErrorCode; detail: ErrorDetail }
	| { type: 'value'; id: number; value: unknown }
	/** The worker ends once the tabs are empty; after that, tabs connect to a new one. */
	| { type: 'ended'; state: WireState };

/** One end of the connection between a tab and the worker: a MessagePort or the shared channel. */
export interface Line<Out, In> {
	send(message: Out, transfer?: Transferable[]): void;
	onMessage: (message: In) => void;
	close(): void;
}
