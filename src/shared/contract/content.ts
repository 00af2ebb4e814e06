/**
 * What stands inside a sealed message. Each kind is versioned by its name; a client that does not know
 * a kind keeps the message and shows that an update is needed.
 */
import * as z from 'zod/mini';
import { MAX_PICTURE_BYTES, MAX_TEXT_CHARACTERS } from './limits.ts';
import { Epoch, Id, bytes, exactBytes, optionalLine } from './primitives.ts';

/** Title and picture of a group that people made: known to its members only. */
export const GroupProfile = z.object({
	title: optionalLine(80),
	picture: z.nullable(bytes(MAX_PICTURE_BYTES))
});
export type GroupProfile = z.infer<typeof GroupProfile>;

export const TextContent = z.object({
	type: z.literal('text/1'),
	text: z.string().check(z.minLength(1), z.maxLength(MAX_TEXT_CHARACTERS))
});

/** Title or picture was changed. */
export const ProfileContent = z.object({ type: z.literal('profile/1'), profile: GroupProfile });

/** Goes with every commit, sealed under the epoch that the commit begins: a joiner finds the profile there. */
export const CommitNoteContent = z.object({
	type: z.literal('commit-note/1'),
	profile: GroupProfile,
	added: z.array(Id),
	removed: z.array(Id),
	/** People who had left by themselves, and whom this commit takes out of the tree. */
	left: z.array(Id),
	/** Complete list of admins after the commit, if it changed. */
	admins: z.optional(z.array(Id)),
	/** Members whom the change made admins, or admins no more, who stay. Missing from older devices. */
	promoted: z.optional(z.array(Id)),
	demoted: z.optional(z.array(Id)),
	reason: z.enum(['created', 'members', 'roles', 'rekey', 'rejoin'])
});

/** An epoch's key, by its name (core/protocol/epoch-key.ts). */
export const KeyName = z.object({ epoch: Epoch, kid: exactBytes(16) });
export type KeyName = z.infer<typeof KeyName>;

export const MAX_REQUESTED_KEYS = 100;
/** People who gave the asking device what they had not, and are asked no more. */
export const MAX_EXCEPTED_PEOPLE = 8;
const KeyNames = z.array(KeyName).check(z.minLength(1), z.maxLength(MAX_REQUESTED_KEYS));

/** A device that was in the group, but could not follow it, asks for the keys of epochs in between. */
export const KeyRequestContent = z.object({
	type: z.literal('key-request/1'),
	keys: KeyNames,
	/** X25519, made for this request: what is sealed to it opens on the asking device only. */
	publicKey: exactBytes(32),
	except: z.array(Id).check(z.maxLength(MAX_EXCEPTED_PEOPLE))
});
export type KeyRequestContent = z.infer<typeof KeyRequestContent>;

/** Some or all of the keys that a device asked for (core/protocol/sealed-keys.ts). */
export const EpochKeysContent = z.object({
	type: z.literal('epoch-keys/1'),
	/** The device that asked, and the message in which it did. */
	device: Id,
	request: Id,
	/** In the clear for all members: nobody else has to answer with these. */
	keys: KeyNames,
	enc: exactBytes(32),
	sealed: bytes(MAX_REQUESTED_KEYS * 32 + 16)
});
export type EpochKeysContent = z.infer<typeof EpochKeysContent>;

export const Content = z.discriminatedUnion('type', [
	TextContent,
	ProfileContent,
	CommitNoteContent,
	KeyRequestContent,
	EpochKeysContent
]);
export type Content = z.infer<typeof Content>;
