/**
 * Port: the encrypted container of this browser, as screens see it. The app implements it with the vault
 * (wrapped data key) and the engine's worker. Types only.
 */
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import type { EngineLink, EnrolInput, LinkingState, LinkingStep } from './api.ts';

export type ContainerState =
	| { phase: 'starting' }
	/** The browser lacks something that can't be done without. */
	| { phase: 'unsupported'; missing: 'secure-context' | 'storage' | 'worker' }
	/** No device here yet: join from a link. */
	| {
			phase: 'empty';
			/** Databases are left whose key is gone: joining anew clears them away. */ isRemnant: boolean;
	  }
	| { phase: 'locked'; /** No try is taken before this time (ms). */ retryAt: number }
	| { phase: 'open'; engine: EngineLink }
	/** Everything local was destroyed. */
	| { phase: 'gone'; reason: 'revoked' | 'wiped' };

export interface Container {
	readonly state: ContainerState;
	/** Called at once and after each change; returns the function that ends it. */
	subscribe(onState: (state: ContainerState) => void): () => void;
	/** What an invitation says; rejects with an `invitation_*` code. */
	peek(secret: string): Promise<InvitationPreview>;
	/** How it stands with the linking of this new device. Called at once and after each change; returns what ends it. */
	watchLinking(onState: (state: LinkingState) => void): () => void;
	/** Rejects with `conflict` where somebody has joined already. */
	link(step: LinkingStep): Promise<void>;
	/**
	 * Opens the account that a recovery code is for; `enrol` then comes in with it. Rejects with `recovery_mistyped` and
	 * `recovery_unknown`.
	 */
	openRecoveryCode(code: string): Promise<void>;
	/** Makes keys and container, redeems the invitation or enters the account that was received, opens. Safe to repeat after a failure. */
	enrol(input: EnrolInput & { pin: string }): Promise<void>;
	/** Rejects with `pin_wrong` (`retryAfter` seconds until the next try). */
	unlock(pin: string): Promise<void>;
	/** Locks all tabs: the DOM is emptied, the worker zero-fills and ends. */
	lock(): Promise<void>;
	changePin(current: string, next: string): Promise<void>;
	/** Signs the device out for good and destroys everything local, in all tabs. */
	wipe(): Promise<void>;
}
