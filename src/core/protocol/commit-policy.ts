/**
 * Who may do what to a group. Every client holds every commit against these rules, its own included, on
 * facts that are read from the commit itself; the library checks cryptography only, and accepts any of it.
 * Must never look at what a commit, a note or the server says that it does, except where named below.
 */
import { adminPolicy, actingAdmins, type GroupPolicy } from './group-policy.ts';
import type { DeviceRef, Member, TrustPolicy } from './identity.ts';
import { requireThat } from './protocol-error.ts';

/** What a client knows from outside when it judges a commit. */
export interface CommitContext {
	trust: TrustPolicy;
	/** Devices that the server wants removed: revoked ones, and those of people who have left. Anybody may carry that out. */
	pendingRemovals: readonly string[];
	/**
	 * People who are members by the server's state. It vouches for two things, no more: that somebody is
	 * gone (their leaves may be removed by anybody), and that a person without a leaf may come back.
	 */
	memberPeople: readonly string[];
	/** Time of the commit's log entry (ms), against which lifetimes are held; default: now. */
	at?: number;
	/** Whose session brought the commit, as the log entry says: must be the device that made it. */
	author?: DeviceRef;
	/** Devices that the committer declared to the server, where known: must be those of the commit. */
	declared?: { add: readonly string[]; remove: readonly string[] };
}

/** What a commit does, read from the commit. */
export interface CommitFacts {
	external: boolean;
	committer: DeviceRef;
	/** All leaves before the commit, in the order of the tree. */
	before: readonly Member[];
	removed: readonly Member[];
	/** Leaves that the commit adds; for an external commit the joiner's. */
	added: readonly Member[];
	/** All leaves after the commit, in the order of the tree. */
	after: readonly Member[];
	policyBefore: GroupPolicy;
	policyAfter: GroupPolicy;
}

export const peopleOf = (members: readonly Member[]): string[] => [
	...new Set(members.map((member) => member.person))
];

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
	a.length === b.length && a.every((value, at) => value === b[at]);

export const samePolicy = (a: GroupPolicy, b: GroupPolicy): boolean =>
	a.kind === b.kind && sameList(a.admins, b.admins) && sameList(a.people, b.people);

/** The policy once it names nobody who is gone; what a commit must set when it takes an admin out. */
export const policyWithout = (policy: GroupPolicy, people: readonly string[]): GroupPolicy =>
	policy.kind === 'direct' ? policy : adminPolicy(actingAdmins(policy, people));

/** Holds of every group at every time: one leaf a device, admins who are there, two people in a direct chat. */
export function checkMembership(members: readonly Member[], policy: GroupPolicy): void {
	const devices = new Set(members.map(({ person, device }) => `${person} ${device}`));
	requireThat(devices.size === members.length, 'two leaves of one device');
	const people = peopleOf(members);
	if (policy.kind === 'direct') {
		requireThat(
			people.every((person) => policy.people.includes(person)),
			'a third person in a direct chat'
		);
	} else {
		requireThat(policy.admins.length > 0, 'a group without admins');
		requireThat(
			policy.admins.every((admin) => people.includes(admin)),
			'an admin who is no member'
		);
	}
}

/** What the server says about a conversation, at the moment of the GroupInfo that it hands out. */
export interface ServedRoster {
	kind: GroupPolicy['kind'];
	people: readonly string[];
	/** Of a group. */
	admins: readonly string[];
	pendingRemovals: readonly string[];
}

/**
 * Of a tree and a policy for which one member alone vouches: nobody is in it whom the server does not know, and nobody
 * runs the group whom it does not name. Where none of its admins has a leaf any more, one person acts in their place.
 */
export function checkAgainstServer(
	members: readonly Member[],
	policy: GroupPolicy,
	{ kind, people, admins, pendingRemovals }: ServedRoster
): void {
	requireThat(policy.kind === kind, 'another kind of conversation than the server has');
	requireThat(
		members.every(
			({ person, device }) => people.includes(person) || pendingRemovals.includes(device)
		),
		'a leaf of somebody who is no member by the server'
	);
	if (policy.kind === 'direct') {
		requireThat(
			people.every((person) => policy.people.includes(person)),
			'other people in a direct chat than the server has'
		);
		return;
	}
	const present = peopleOf(members);
	const named = admins.filter((admin) => present.includes(admin)).toSorted();
	const acting = policy.admins.filter((admin) => people.includes(admin)).toSorted();
	requireThat(
		named.length > 0 ? sameList(named, acting) : acting.length <= 1,
		'other admins than the server has'
	);
}

function checkMemberCommit(facts: CommitFacts, context: CommitContext): void {
	const { committer, policyBefore, removed, added } = facts;
	const byAdmin = policyBefore.admins.includes(committer.person);
	const wanted = [...context.pendingRemovals, ...(context.declared?.remove ?? [])];
	for (const { person, device } of removed)
		requireThat(
			byAdmin ||
				person === committer.person ||
				wanted.includes(device) ||
				!context.memberPeople.includes(person),
			'removal by somebody who is no admin'
		);
	const remaining = peopleOf(facts.before.filter((member) => !removed.includes(member)));
	for (const { person } of added)
		requireThat(
			byAdmin || remaining.includes(person) || policyBefore.people.includes(person),
			'person added by somebody who is no admin'
		);
}

function checkExternalCommit(facts: CommitFacts, context: CommitContext): void {
	const { committer, added, removed, before } = facts;
	requireThat(added.length === 1, 'external commit without a joiner');
	requireThat(
		peopleOf(before).includes(committer.person) ||
			facts.policyBefore.people.includes(committer.person) ||
			context.memberPeople.includes(committer.person),
		'external commit by a stranger'
	);
	requireThat(
		removed.every(
			({ person, device }) => person === committer.person && device === committer.device
		),
		'external commit that removes another device'
	);
}

function checkPolicyChange(facts: CommitFacts): void {
	const { policyBefore, policyAfter } = facts;
	if (samePolicy(policyBefore, policyAfter)) return;
	requireThat(policyAfter.kind === policyBefore.kind, 'another kind of conversation');
	requireThat(policyAfter.kind === 'group', 'other people in a direct chat');
	const cleanedUp = policyWithout(policyBefore, peopleOf(facts.after));
	requireThat(
		policyBefore.admins.includes(facts.committer.person) || samePolicy(policyAfter, cleanedUp),
		'admins changed by somebody who is no admin'
	);
}

function checkDeclaration(facts: CommitFacts, context: CommitContext): void {
	const { declared, author = facts.committer } = context;
	requireThat(
		author.person === facts.committer.person && author.device === facts.committer.device,
		'commit by another device than the one that sent it'
	);
	if (declared === undefined || facts.external) return;
	const devices = (members: readonly Member[]) => members.map(({ device }) => device).toSorted();
	requireThat(
		sameList(devices(facts.added), declared.add.toSorted()) &&
			sameList(devices(facts.removed), declared.remove.toSorted()),
		'other changes than declared'
	);
}

/** Throws `not_allowed` with the rule that was broken. */
export function checkCommit(facts: CommitFacts, context: CommitContext): void {
	if (facts.external) checkExternalCommit(facts, context);
	else checkMemberCommit(facts, context);
	checkPolicyChange(facts);
	checkMembership(facts.after, facts.policyAfter);
	checkDeclaration(facts, context);
}
