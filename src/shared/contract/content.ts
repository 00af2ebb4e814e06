/**
 * What stands inside a sealed message. Each kind is versioned by its name; a client that does not know
 * a kind keeps the message and shows that an update is needed.
 */
import * as z from 'zod/mini';
import { MAX_PICTURE_BYTES, MAX_TEXT_CHARACTERS } from './limits.ts';
import { Id, bytes, optionalLine } from './primitives.ts';

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
	reason: z.enum(['created', 'members', 'roles', 'rekey', 'rejoin'])
});

export const Content = z.discriminatedUnion('type', [
	TextContent,
	ProfileContent,
	CommitNoteContent
]);
export type Content = z.infer<typeof Content>;
