/**
 * What a person's devices share, sealed so that the server holds and hands it out but opens none of it:
 * generations of a backup key, keys of epochs under it, and items such as drafts and settings.
 */
import * as z from 'zod/mini';
import { DeviceKind } from './devices.ts';
import { Epoch, Id, bytes, exactBytes } from './primitives.ts';

/** X25519 key to which others of the person seal for a device, signed by the device (core/protocol/account/sealing-key.ts). */
export const PublishSealingKeyInput = z.object({ key: exactBytes(32), signature: exactBytes(64) });
export type PublishSealingKeyInput = z.infer<typeof PublishSealingKeyInput>;

/** Generations of the backup key count from 1; 0 stands for "none yet". */
const Generation = z.int().check(z.minimum(0), z.maximum(1_000_000));

/**
 * Whom a backup key is sealed for: a device by its id; a recovery code, custodians or a PIN for terminals by an
 * id of their own.
 */
export const RecipientKind = z.enum(['device', 'code', 'custodians', 'terminal']);
export type RecipientKind = z.infer<typeof RecipientKind>;
const Recipient = { kind: RecipientKind, id: Id };
/** A backup key sealed for a recipient; for custodians with the shares of what opens it. */
const SealedBackupKey = bytes(4096);

export const SealedFor = z.object({ ...Recipient, body: SealedBackupKey });
export type SealedFor = z.infer<typeof SealedFor>;

/** A device of the person that may hold the backup key: active, no terminal, with a sealing key. */
export const AccountDevice = z.object({
	device: Id,
	kind: DeviceKind,
	certificate: z.string(),
	sealingKey: z.string(),
	sealingSignature: z.string()
});
export type AccountDevice = z.infer<typeof AccountDevice>;

export interface AccountState {
	/** The newest; 0 where there is none yet. */
	generation: number;
	/** It, sealed for the calling device; null where nobody has done that yet. */
	sealed: string | null;
	/** The person's identity key's on it; null where there is none. */
	signature: string | null;
	devices: AccountDevice[];
	/** Whom the newest is sealed for. */
	recipients: { kind: RecipientKind; id: string }[];
	/** A device that the newest was sealed for has been revoked: the next generation is due. */
	rotationDue: boolean;
	/** Number of the last change of an item. */
	items: number;
}

export const RotateInput = z.object({
	/** The newest, plus one. */
	generation: Generation.check(z.minimum(1)),
	/** The generation before, sealed under this one; null for the first. */
	previous: z.nullable(SealedBackupKey),
	/** Ed25519 by the person's identity key (core/protocol/account/backup-key.ts). */
	signature: exactBytes(64),
	sealed: z.array(SealedFor).check(z.minLength(1), z.maxLength(100))
});
export type RotateInput = z.infer<typeof RotateInput>;

/** Somebody else who is to open the newest generation. */
export const AddRecipientInput = z.object({ generation: Generation, ...SealedFor.shape });
export type AddRecipientInput = z.infer<typeof AddRecipientInput>;

/** One generation under the next: whoever has the newest gets to all. */
export interface PreviousGeneration {
	/** The generation that opens it. */
	generation: number;
	previous: string;
}

export const MAX_ITEM_BYTES = 256 * 1024;
/** Tells the server nothing: a keyed hash of what it is. */
const ItemName = exactBytes(16);

export const PutItemInput = z.object({
	name: ItemName,
	/** The version that this one replaces; 0 for the first. Another one there is a `conflict`. */
	version: z.int().check(z.minimum(0)),
	generation: Generation,
	/** Null empties it. */
	body: z.nullable(bytes(MAX_ITEM_BYTES))
});
export type PutItemInput = z.infer<typeof PutItemInput>;

export interface PersonalItem {
	name: string;
	/** Of this state of it, from 1. */
	version: number;
	generation: number;
	body: string | null;
	/** Number of the change, among all of the person's items. */
	change: number;
}

/** Items that changed after `after`, in order; a page of them. */
export const ItemsInput = z.object({ after: z.int().check(z.minimum(0)) });
export interface ItemsPage {
	items: PersonalItem[];
	/** Ask again with the last item's change. */
	hasMore: boolean;
}

/** The key of an epoch under the backup key of a generation. */
export const SharedKey = z.object({
	conversation: Id,
	epoch: Epoch,
	/** Name of the key (core/protocol/epoch-key.ts). */
	kid: exactBytes(16),
	generation: Generation,
	body: bytes(128)
});
export type SharedKey = z.infer<typeof SharedKey>;

export const SHARED_KEYS_LIMIT = 500;
/** Keys that are there already are left as they are. */
export const AddKeysInput = z.object({
	keys: z.array(SharedKey).check(z.minLength(1), z.maxLength(SHARED_KEYS_LIMIT))
});
/** Of one conversation, the newest epochs below `before` first, at most `SHARED_KEYS_LIMIT`. */
export const KeysInput = z.object({ conversation: Id, before: z.optional(Epoch) });
