/**
 * The group's own rules, inside the GroupContext (RFC 9420 §8.1) as a private-use extension: every
 * member agrees on them cryptographically, and nobody outside can change them.
 */
import type { ConversationKind } from '#shared/contract/conversations.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { requireThat } from './protocol-error.ts';

/** Private use (RFC 9420 §17.3). */
export const GROUP_POLICY_EXTENSION = 0xf0d1;
const VERSION = 1;
const KINDS: readonly ConversationKind[] = ['direct', 'group'];

export interface GroupPolicy {
	kind: ConversationKind;
	/** A group's admins (people), sorted; empty in a direct chat. */
	admins: readonly string[];
	/** The two people of a direct chat, sorted, for ever; empty in a group. */
	people: readonly string[];
}

export const directPolicy = (a: string, b: string): GroupPolicy => ({
	kind: 'direct',
	admins: [],
	people: [a, b].toSorted()
});

export const adminPolicy = (admins: Iterable<string>): GroupPolicy => ({
	kind: 'group',
	admins: [...new Set(admins)].toSorted(),
	people: []
});

/** Layout: version, kind, number of people, their ids in ascending order. */
export function encodePolicy(policy: GroupPolicy): Uint8Array {
	const ids = policy.kind === 'direct' ? policy.people : policy.admins;
	const writer = new ByteWriter()
		.uint8(VERSION)
		.uint8(KINDS.indexOf(policy.kind) + 1)
		.uint16(ids.length);
	for (const id of ids) writer.uuid(id);
	return writer.finish();
}

/** Throws `malformed` on anything but the one form of a policy that makes sense. */
export function decodePolicy(bytes: Uint8Array): GroupPolicy {
	const reader = new ByteReader(bytes);
	requireThat(reader.uint8() === VERSION, 'policy of an unknown version', 'malformed');
	const kind = KINDS[reader.uint8() - 1];
	requireThat(kind !== undefined, 'policy of an unknown kind', 'malformed');
	const ids = Array.from({ length: reader.uint16() }, () => reader.uuid());
	reader.end();
	const ascending = ids.every((id, at) => at === 0 || (ids[at - 1] ?? '') < id);
	requireThat(ascending, 'policy not in order', 'malformed');
	requireThat(kind === 'group' || ids.length === 2, 'a direct chat has two people', 'malformed');
	return kind === 'direct' ? { kind, admins: [], people: ids } : { kind, admins: ids, people: [] };
}

/**
 * Who runs a group: its admins who are still in it; when the last of them is gone, the person of the first
 * leaf, so that no group is ever left without anybody. `people` in the order of the tree.
 */
export function actingAdmins(policy: GroupPolicy, people: readonly string[]): readonly string[] {
	if (policy.kind === 'direct') return [];
	const present = policy.admins.filter((admin) => people.includes(admin));
	return present.length > 0 ? present : people.slice(0, 1);
}
