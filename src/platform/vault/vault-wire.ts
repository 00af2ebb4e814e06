/** What the vault's worker is told and what it tells. Types only. */
import type { Lock, PasskeyPlace } from '#core/engine/container.ts';
import type { ErrorCode, ErrorDetail } from '#shared/contract/errors.ts';

export type { PasskeyPlace } from '#core/engine/container.ts';

/** What may be known of a container without its PIN. */
export type VaultStatus =
	| { stage: 'none' }
	/** Joining was never completed. */
	| { stage: 'unfinished' }
	| { stage: 'finished'; lock: Lock }
	/** By ten wrong PINs: what is left is to be cleared away. */
	| { stage: 'destroyed' };

/** What the authenticator computed: 32 bytes, which the receiver zero-fills. */
type PasskeySecret = Uint8Array<ArrayBuffer>;

/** What opens it. */
export type Opening = { pin: string } | { passkey: PasskeySecret };

/**
 * `make`: a new key under the PIN, or the one of an unfinished joining if the PIN is the same.
 * `open`: the key, if PIN or passkey is right. Both send it over `key` and nowhere else.
 */
export type VaultOrder =
	| { do: 'make'; pin: string; key: MessagePort }
	| { do: 'open'; by: Opening; key: MessagePort }
	| { do: 'change'; pin: string; next: string }
	| { do: 'add-passkey'; pin: string; place: PasskeyPlace; secret: PasskeySecret }
	| { do: 'remove-passkey' }
	| { do: 'destroy' };

export interface VaultKey {
	/** 32 bytes; the receiver zero-fills them. */
	key: Uint8Array<ArrayBuffer>;
	/** The key is new: whatever is stored under an older one can't be read any more. */
	fresh: boolean;
}

interface VaultFailure {
	code: ErrorCode;
	detail: ErrorDetail;
}

/** Over the key port; answered with `kept` or `dropped`. */
export type VaultMessage = VaultKey | VaultFailure;

/** To whoever started the worker, which then ends by itself. */
export type VaultReport = { done: true } | ({ done: false } & VaultFailure);
