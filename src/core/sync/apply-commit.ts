/**
 * One commit of the log: adopts one's own, processes another's, and tells what it did to the membership.
 * What is told comes from the group before and after, not from anybody's claim.
 */
import type { Content } from '#shared/contract/content.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { deserialiseGroup } from '#core/protocol/group.ts';
import type { Group } from '#core/protocol/group.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import { openAuthored } from './apply-message.ts';
import { addGap, extendChain, passOverEnvelope } from './chains.ts';
import type { SyncContext } from './context.ts';
import { learnProfile } from './profiles.ts';
import type { Working } from './working-state.ts';
import { addEvents, adopt, leaveGroup } from './working-state.ts';

type CommitNote = Extract<Content, { type: 'commit-note/1' }>;
type CommitEntry = Extract<LogEntry, { kind: 'commit' }>;

const peopleOf = (group: Group | null): Set<string> =>
	new Set(group?.members.map(({ person }) => person));

/**
 * Devices that anybody may take out. While catching up, the server's list is that of today and not of
 * then: what it let pass counts, as it does for the list itself.
 */
function removable(working: Working, entry: CommitEntry): string[] {
	const { conversation, group } = working;
	const here = new Set(conversation.members.map(({ person }) => person));
	const behind = entry.seq < conversation.serverHead;
	const gone = (group?.members ?? [])
		.filter(({ person }) => behind || !here.has(person))
		.map(({ device }) => device);
	return [...new Set([...conversation.pendingRemovals, ...gone])];
}

/** The group after the commit. Throws `ProtocolError` when it can't be processed. */
async function step(
	context: SyncContext,
	working: Working,
	entry: CommitEntry
): Promise<{ next: Group | null; shrunk: boolean }> {
	const { pending } = working.record;
	if (pending?.id === entry.id) {
		const next = deserialiseGroup(pending.nextState, context.self);
		const kept = new Set(next.members.map(({ device }) => device));
		return {
			next,
			shrunk: working.group?.members.some(({ device }) => !kept.has(device)) ?? false
		};
	}
	if (!working.group) throw new Error('A commit is processed in a group only');
	const result = await working.group.process(fromBase64url(entry.commit), {
		pendingRemovals: removable(working, entry),
		memberPeople: working.conversation.members.map(({ person }) => person),
		trust: context.trust,
		at: entry.at,
		author: { person: entry.person, device: entry.device },
		declared: entry.devices
	});
	return {
		next: result.next === 'removed' ? null : result.next,
		shrunk: result.removed.length > 0
	};
}

/** What the commit's author says beside it; null when it can't be opened or is not theirs. */
async function readNote(
	context: SyncContext,
	working: Working,
	entry: CommitEntry
): Promise<CommitNote | null> {
	const envelope = fromBase64url(entry.note);
	const opened = await openAuthored(context, working, {
		entry,
		envelope,
		epoch: entry.epoch + 1
	});
	const link = opened && (await extendChain(context, working, entry, opened));
	if (opened?.content.type !== 'commit-note/1' || link === 'replay') {
		await passOverEnvelope(context, working, { device: entry.device, envelope });
		return null;
	}
	if (link === 'gap') addGap(working, entry);
	return opened.content;
}

interface Before {
	people: Set<string>;
	admins: readonly string[];
}

/**
 * What the group's members and admins say happened. Whoever came is told of whatever anybody claims: nobody gets in
 * unseen. Who went, as far as the commit's author says so: a device that is revoked goes without its person doing so.
 */
function membershipEvents(
	{ person: by }: CommitEntry,
	before: Before,
	after: Before,
	note: CommitNote | null
): StoredEvent[] {
	const came = [...after.people].filter((person) => !before.people.has(person));
	const gone = [...before.people].filter((person) => !after.people.has(person));
	const left = gone.filter((person) => note?.left.includes(person));
	const removed = gone.filter((person) => !note || note.removed.includes(person));
	const promoted = after.admins.filter(
		(person) => !before.admins.includes(person) && before.people.has(person)
	);
	const demoted = before.admins.filter(
		(person) => !after.admins.includes(person) && after.people.has(person)
	);
	const events: StoredEvent[] = [];
	if (came.length > 0) events.push({ type: 'added', by, people: came });
	if (removed.length > 0) events.push({ type: 'removed', by, people: removed });
	if (left.length > 0) events.push({ type: 'left', people: left });
	// Somebody else's commit changes no roles, except that somebody has to take the place of the last admin.
	const type = before.admins.includes(by) ? 'promoted' : 'admins';
	if (promoted.length > 0) events.push({ type, by, people: promoted });
	if (demoted.length > 0) events.push({ type: 'demoted', by, people: demoted });
	return events;
}

/** The commit is older than the group that this device came into: only what is said about it matters. */
async function applyPast(
	context: SyncContext,
	working: Working,
	entry: CommitEntry
): Promise<void> {
	const note = await readNote(context, working, entry);
	if (!note) return;
	const { seq } = entry;
	const isBack = seq === working.record.joinedSeq && note.added.includes(context.self.person);
	if (note.reason !== 'rejoin') learnProfile(working, note.profile, { seq, isBack });
	const by = entry.person;
	if (note.reason === 'created') addEvents(working, entry, [{ type: 'created', by }]);
	else if (note.added.length > 0)
		addEvents(working, entry, [{ type: 'added', by, people: note.added }]);
}

/** Throws `ProtocolError` when the group can't follow: it must be mended before anything later is applied. */
export async function applyCommit(
	context: SyncContext,
	working: Working,
	entry: CommitEntry
): Promise<void> {
	const { record } = working;
	const own = record.pending?.id === entry.id;
	if (!own && (!working.group || entry.epoch < working.group.epoch))
		return applyPast(context, working, entry);

	const before = working.group;
	const { next, shrunk } = await step(context, working, entry);
	record.pending = null;
	const { people, admins } = { people: peopleOf(before), admins: before?.policy.admins ?? [] };
	if (!next) {
		leaveGroup(working);
		// The note is sealed for those who stay; whoever is let in again at once hears its author go on from it.
		const envelope = fromBase64url(entry.note);
		await passOverEnvelope(context, working, { device: entry.device, envelope });
		const others = new Set([...people].filter((person) => person !== context.self.person));
		const events = membershipEvents(entry, { people, admins }, { people: others, admins }, null);
		return addEvents(working, entry, events);
	}
	if (record.joinedSeq === 0) record.joinedSeq = entry.seq;
	await adopt(working, next, { now: context.now(), seq: entry.seq, shrunk });
	const note = await readNote(context, working, entry);
	if (note && note.reason !== 'rejoin') learnProfile(working, note.profile, { seq: entry.seq });
	if (entry.epoch === 0) return addEvents(working, entry, [{ type: 'created', by: entry.person }]);
	const after = { people: peopleOf(next), admins: next.policy.admins };
	addEvents(working, entry, membershipEvents(entry, { people, admins }, after, note));
}
