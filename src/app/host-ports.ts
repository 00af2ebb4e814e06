/** What the worker's host is given by whoever composes it. Types only. */
import type {
	EngineLink,
	EnrolInput,
	LinkingState,
	LinkingStep,
	RecoveryStep
} from '#core/engine/api.ts';
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import type { Revocation } from '#platform/standing.ts';
import type { Opening, VaultStatus } from '#platform/vault/vault-wire.ts';

export interface OpenEngine extends EngineLink {
	/** Zero-fills keys and closes the databases. */
	close(): Promise<void>;
}

/** What the vault is to be started for, where it is started by the host. */
export type VaultStart = { do: 'make'; pin: string } | { do: 'open'; by: Opening };

export interface HostPorts {
	/** Names this worker; tabs wait on the lock of this name. */
	readonly id: string;
	/** Resolves once no other worker owns the engine; held until this worker ends. */
	own(): Promise<void>;
	/** Resolves when the tab with this id is gone. */
	tabGone(tab: string): Promise<void>;
	vaultStatus(): Promise<VaultStatus>;
	/** Runs the vault from here, for tabs that can't hand over a port. */
	runVault(input: VaultStart): MessagePort;
	/** Somebody is there, and may open soon: fetches what that takes, if it is not here yet. */
	prepare(): void;
	peek(secret: string): Promise<InvitationPreview>;
	open(key: Uint8Array): Promise<OpenEngine>;
	enrol(input: EnrolInput, key: Uint8Array): Promise<OpenEngine>;
	/** Links this device, which nobody has joined on; `onState` is the same at each call. */
	link(step: LinkingStep, onState: (state: LinkingState) => void): Promise<void>;
	/** Answers as `RecoverySteps` says; keeps the account that was received until `enrol`. */
	recover(step: RecoveryStep): Promise<unknown>;
	/** Asks the server, without a key, whether and why this device was revoked; null where that can't be known. */
	askRevocation(within?: number): Promise<Revocation | null>;
	/** Whether this browser keeps an engine's databases. */
	hasDatabases(): Promise<boolean>;
	/** Throws away databases that were sealed under a key that is lost. */
	discardDatabases(): Promise<void>;
	/** Terminates the worker. */
	end(): void;
}
