/**
 * Port: the encrypted container of this browser, as screens see it. The app implements it with the vault
 * (wrapped data key) and the engine's worker. Types only.
 */
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import type { PinRules } from '#shared/domain/pin.ts';
import type { EngineLink, EnrolInput, LinkingState, LinkingStep, RecoverySteps } from './api.ts';

/** How a locked container can be opened. */
export interface Lock {
	/** No PIN is taken before this time (ms). */
	retryAt: number;
	/** Wrong PINs that are left; null where nobody counts but this device. */
	triesLeft: number | null;
	/** `pin` needs the server to open; a pass phrase does not. */
	secret: 'pin' | 'phrase';
	/** The passkey that opens it too, if one was set up here. */
	passkey: PasskeyPlace | null;
}

/** What a passkey's authenticator has to be asked for. */
export interface PasskeyPlace {
	/** Id of the credential. */
	credential: Uint8Array;
	/** 32 bytes. */
	salt: Uint8Array;
}

export type ContainerState =
	| { phase: 'starting' }
	/** The browser lacks something that can't be done without. */
	| { phase: 'unsupported'; missing: 'secure-context' | 'storage' | 'worker' }
	/** No device here yet: join from a link. */
	| {
			phase: 'empty';
			/** Databases are left whose key is gone: joining anew clears them away. */ isRemnant: boolean;
	  }
	| ({ phase: 'locked' } & Lock)
	| { phase: 'open'; engine: EngineLink }
	/** Everything local was destroyed. */
	| { phase: 'gone'; reason: GoneReason };

/** `tries`: by ten wrong PINs. */
export type GoneReason = 'revoked' | 'wiped' | 'tries';

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
	/** With what it receives, `enrol` then comes in. Rejects with `conflict` where somebody has joined already. */
	recover<Do extends keyof RecoverySteps>(
		step: { do: Do } & RecoverySteps[Do]['input']
	): Promise<RecoverySteps[Do]['output']>;
	/** Makes keys and container, redeems the invitation or enters the account that was received, opens. Safe to repeat after a failure. */
	enrol(input: EnrolInput & { pin: string }): Promise<void>;
	/** Rejects with `pin_wrong`, `unlock_offline`, `share_destroyed`. */
	unlock(pin: string): Promise<void>;
	/** To be called from a press. False when the person went back. */
	unlockByPasskey(place: PasskeyPlace): Promise<boolean>;
	/** Whether a passkey opens this container, or could. */
	passkey(): Promise<'unsupported' | 'possible' | 'present'>;
	/** To be called from a press. False when the person went back; rejects as `unlock` does, and with `unsupported`. */
	addPasskey(pin: string): Promise<boolean>;
	removePasskey(): Promise<void>;
	/** What holds for new PINs; the usual where nobody answers. */
	pinRules(): Promise<PinRules>;
	/** How this tab opened it last. */
	readonly openedBy: 'pin' | 'passkey' | null;
	/** Locks all tabs: the DOM is emptied, the worker zero-fills and ends. */
	lock(): Promise<void>;
	changePin(current: string, next: string): Promise<void>;
	/** Signs the device out for good and destroys everything local, in all tabs. */
	wipe(): Promise<void>;
}
