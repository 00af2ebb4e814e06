/**
 * Getting back in without any device: by a code that the person has written down, or by two custodians of the authority.
 * The server keeps copies of accounts that it can't open, and lets a device in that comes with what opens one.
 */
import * as z from 'zod/mini';
import { MOST_CUSTODIANS, MOST_CUSTODIANS_BYTES } from '#shared/domain/custodians.ts';
import { Id, Millis, bytes, exactBytes } from './primitives.ts';

/** How a device came in whose person had lost all others. */
export const RecoveredBy = z.enum(['code', 'custodians']);
export type RecoveredBy = z.infer<typeof RecoveredBy>;

const Generation = z.int().check(z.minimum(1), z.maximum(1_000_000));
/** A copy of the account (core/protocol/recovery). */
const SealedCopy = bytes(4096);
/** Counts codes of a person, or keys of the authority, from 1. */
const Number = z.int().check(z.minimum(1), z.maximum(1_000_000));

/** A code takes the place of the person's last one. */
export const StoreCodeInput = z.object({
	id: Id,
	/** Higher than the last one's, else it is a `conflict`. */
	number: Number,
	/** SHA-256 of the token that is derived from the code. */
	tokenHash: exactBytes(32),
	/** X25519, and the identity key's signature on it (core/protocol/recovery/code-copy.ts). */
	publicKey: exactBytes(32),
	signature: exactBytes(64),
	/** Says to whoever has the code whose account it opens. */
	binding: exactBytes(32),
	/** The newest generation of the backup key, and the copy with it. Another one is a `conflict`. */
	generation: Generation,
	body: SealedCopy
});
export type StoreCodeInput = z.infer<typeof StoreCodeInput>;

/** The code, as the person's devices need it to seal the next generation for it. */
export interface StoredCode {
	id: string;
	number: number;
	publicKey: string;
	signature: string;
	createdAt: number;
	/** When somebody last came with it. */
	usedAt: number | null;
}

/** For whom, besides devices, the person's backup key is to be sealed. */
export interface RecoveryRecipients {
	code: StoredCode | null;
	/** Statement on the authority's custodians; null where there are none, or the policy wants no such copies. */
	custodians: string | null;
	/** Of the authority's newest key, be it retired: the next one's is higher. 0 where there was none. */
	keyNumber: number;
}

export const OpenCodeInput = z.object({
	token: exactBytes(32),
	/** SHA-256 of the token of a permit to come in, which the device has made up. */
	permitHash: exactBytes(32)
});
export type OpenCodeInput = z.infer<typeof OpenCodeInput>;

export interface OpenedCode {
	id: string;
	generation: number;
	body: string;
	/** The identity key's on the generation. */
	signature: string;
	binding: string;
}

const SealedForCustodian = z.object({ custodian: Id, body: bytes(256) });
const ForCustodians = z
	.array(SealedForCustodian)
	.check(z.minLength(1), z.maxLength(MOST_CUSTODIANS));

/** A new key of the authority takes the place of the one before, and of all copies for it. */
export const SetCustodiansInput = z.object({
	/** Signed by the calling administrator. */
	statement: bytes(MOST_CUSTODIANS_BYTES),
	/** One for each custodian. */
	shares: ForCustodians
});
export type SetCustodiansInput = z.infer<typeof SetCustodiansInput>;

/** Milliseconds for which a link of IT's is good. */
export const RECOVERY_REQUEST_MILLIS = 24 * 60 * 60_000;

export const StartRecoveryInput = z.object({
	id: Id,
	person: Id,
	/** SHA-256 of the token that is derived from the link's secret. */
	tokenHash: exactBytes(32),
	/** Id of the authority's key that the link was made for. */
	key: Id,
	/** For each custodian but the person: by what they know whoever has the link. */
	auth: ForCustodians
});
export type StartRecoveryInput = z.infer<typeof StartRecoveryInput>;

export const RequestInput = z.object({ id: Id });

/**
 * How somebody ends a request, or the person's new device: by being let in, by an administrator who takes it back or puts
 * another in its place, by a custodian who does not believe it.
 */
export const RECOVERY_ENDINGS = ['finished', 'cancelled', 'refused'] as const;
export type RecoveryEnding = (typeof RECOVERY_ENDINGS)[number];

/** Milliseconds for which a request stays to be seen after its end. */
export const RECOVERY_SEEN_MILLIS = 7 * 24 * 60 * 60_000;

export type RecoveryStage =
	/** Nobody has come with the link yet. */
	| 'open'
	/** The person's new device has; custodians may approve. */
	| 'presented'
	/** Two have, as the log says; the new device comes in next. */
	| 'restored'
	/** Nobody has ended it in time. */
	| 'expired'
	| RecoveryEnding;

/** As administrators and custodians see it. */
export interface RecoveryRequest {
	id: string;
	person: string;
	startedBy: string;
	createdAt: number;
	expiresAt: number;
	stage: RecoveryStage;
	/** When it ended, and who has ended it, unless that was the new device; null while it goes on, or where it just ran out. */
	ended: { by: string | null; at: number } | null;
	approvedBy: string[];
	/** For a custodian who may approve it; null for all others. */
	task: RecoveryTask | null;
}

/** What a custodian's device needs to make its part. */
export interface RecoveryTask {
	requesterKey: string;
	requesterMac: string;
	auth: string;
	share: string;
	statement: string;
	/** The person's copy, and its generation. */
	generation: number;
	body: string;
}

export const ApproveRecoveryInput = z.object({
	id: Id,
	/** The new device's key that was approved: another by now is a `conflict`. */
	requesterKey: exactBytes(32),
	/** The custodian's part, sealed to the new device. */
	body: bytes(256),
	at: Millis,
	/** Over `approvalMessage` (shared/domain/restoration.ts). */
	signature: exactBytes(64)
});
export type ApproveRecoveryInput = z.infer<typeof ApproveRecoveryInput>;

const RequesterKey = exactBytes(32);
export const PresentRecoveryInput = z.object({
	token: exactBytes(32),
	/** X25519 that the new device has made up, and the MAC by what the link says. */
	key: RequesterKey,
	mac: exactBytes(32)
});
export type PresentRecoveryInput = z.infer<typeof PresentRecoveryInput>;

export interface PresentedRecovery {
	request: string;
	person: string;
	displayName: string;
	/** Domain. */
	authority: string;
	statement: string;
	/** Of the custodians that the statement names, but for the person: who is to be asked. */
	names: { person: string; displayName: string }[];
	generation: number;
	/** The copy, and the identity key's signature on its generation. */
	body: string;
	signature: string;
	expiresAt: number;
}

export const AwaitRecoveryInput = z.object({ token: exactBytes(32), key: RequesterKey });
export type AwaitRecoveryInput = z.infer<typeof AwaitRecoveryInput>;

export interface RecoveryPart {
	custodian: string;
	body: string;
	at: number;
	signature: string;
}

export interface AwaitedRecovery {
	/** The person's, as the directory has it. */
	identityKey: string;
	parts: RecoveryPart[];
}

export const FinishRecoveryInput = z.object({
	token: exactBytes(32),
	key: RequesterKey,
	permitHash: exactBytes(32)
});
export type FinishRecoveryInput = z.infer<typeof FinishRecoveryInput>;
