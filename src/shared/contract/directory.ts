/** People of the authority: what the address book shows. */
import * as z from 'zod/mini';
import { Id, exactBytes, line, optionalLine } from './primitives.ts';

/** What a person may do in the authority (not in a group). */
export const PersonRole = z.enum(['member', 'admin']);
export type PersonRole = z.infer<typeof PersonRole>;

export const PersonStatus = z.enum(['invited', 'active', 'deactivated']);
export type PersonStatus = z.infer<typeof PersonStatus>;

/** What an administrator enters about a person. Phone and e-mail are never required. */
export const PersonDetails = z.object({
	displayName: line(80),
	department: optionalLine(80),
	functionTitle: optionalLine(80),
	phone: optionalLine(40),
	email: optionalLine(120)
});
export type PersonDetails = z.infer<typeof PersonDetails>;

export const Person = z.extend(PersonDetails, {
	id: Id,
	role: PersonRole,
	status: PersonStatus,
	/** Ed25519 identity key, once the person has joined. */
	identityKey: z.nullable(exactBytes(32))
});
export type Person = z.infer<typeof Person>;

/** A person as the address book has them. */
export interface DirectoryEntry extends Person {
	/** Whether they have a device that is not revoked: without one nothing reaches them, until they join anew. */
	hasDevice: boolean;
	/** The last time that two custodians restored their access, and who they were. */
	restored?: { at: number; by: string[] };
}

/** `since` is the last answer's `cursor`; without it, everybody. Deactivated people stay, so that names in old messages do. */
export const DirectoryChangesInput = z.object({
	since: z.optional(z.string().check(z.maxLength(40)))
});
export interface DirectoryChanges {
	people: DirectoryEntry[];
	cursor: string;
	/** Whether it is everybody: asked for, or because the cursor is none that this server has given out. */
	complete: boolean;
}

export const UpdatePersonInput = z.object({ id: Id, details: PersonDetails });
