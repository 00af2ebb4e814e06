/** What the vault's worker is told and what it tells. Types only. */
import type { ErrorCode, ErrorDetail } from '#shared/contract/errors.ts';

/** What may be known of a container without its PIN. */
export interface VaultStatus {
	/** `unfinished`: joining was never completed. */
	stage: 'none' | 'unfinished' | 'finished';
	/** No try is taken before this time (ms). */
	retryAt: number;
}

/**
 * `make`: a new key under the PIN, or the one of an unfinished joining if the PIN is the same.
 * `open`: the key, if the PIN is right. Both send it over `key` and nowhere else.
 */
export type VaultOrder =
	| { do: 'make'; pin: string; key: MessagePort }
	| { do: 'open'; pin: string; key: MessagePort }
	| { do: 'change'; pin: string; next: string }
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

/** To whoever started the worker; afterwards it ends. */
export type VaultReport = { done: true } | ({ done: false } & VaultFailure);
