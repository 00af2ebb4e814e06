/** A conversation as one device is served it. */
import type { Anchor, ConversationState, Member, Stretch } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import { entitledTo, servedSince, within } from './entitlement.ts';
import { epochAt, findAnchor, findHeadAnchors } from './queries/log.ts';
import {
	findConversationsOf,
	findMemberDevices,
	findMembers,
	type ConversationRow,
	type MemberDeviceRow,
	type MemberRow
} from './queries/conversations.ts';
import {
	findFirstSince,
	findFormerMemberships,
	findTerminals,
	type FormerMembershipRow
} from './queries/memberships.ts';
import type { Serving } from './read.ts';

interface Rows {
	conversation: ConversationRow;
	/** Its last entry. */
	anchor: Anchor | null;
	/** By person and by device. */
	members: ReadonlyMap<string, MemberRow>;
	devices: ReadonlyMap<string, MemberDeviceRow>;
	/** Memberships that ended before, by person. */
	former: ReadonlyMap<string, FormerMembershipRow[]>;
	/** First seq that shared terminals are served; absent where there are none. */
	terminals?: { ids: ReadonlySet<string>; from: number };
}

const toRows = (
	conversation: ConversationRow,
	anchor: Anchor | null,
	members: MemberRow[] = [],
	devices: MemberDeviceRow[] = []
) => ({
	conversation,
	anchor,
	members: new Map(members.map((row) => [row.person, row])),
	devices: new Map(devices.map((row) => [row.device, row])),
	former: new Map<string, FormerMembershipRow[]>()
});

interface Viewer {
	person: string;
	device: string;
}

const toMember = ({ person, role, delivered, read }: MemberRow): Member => ({
	person,
	role,
	delivered,
	read
});

/** What the viewer's person may read of the time before this device follows. */
const historyOf = (rows: Rows, { person, device }: Viewer, since: number): Stretch[] => {
	const own = rows.members.get(person);
	const memberships = [...(rows.former.get(person) ?? []), ...(own ? [own] : [])];
	const from = rows.terminals?.ids.has(device) ? rows.terminals.from : 0;
	return within(entitledTo(memberships, rows.conversation.head), { from, to: since - 1 });
};

/** Whoever is out of it sees it as it was then, and of its members only themselves. */
const formerState = async (db: ReadDb, rows: Rows, viewer: Viewer): Promise<ConversationState> => {
	const { conversation, members, devices } = rows;
	const own = members.get(viewer.person);
	const device = devices.get(viewer.device);
	const head = device?.until ?? own?.until ?? 0;
	const since = device?.since ?? head + 1;
	return {
		id: conversation.id,
		kind: conversation.kind,
		head,
		anchor: await findAnchor(db, conversation.id, head),
		epoch: await epochAt(db, conversation.id, head),
		since,
		history: historyOf(rows, viewer, since),
		members: own ? [toMember(own)] : [],
		pendingRemovals: [],
		disputed: null,
		active: false,
		revision: conversation.revision
	};
};

const isIn = ({ members, devices }: Rows, viewer: Viewer): boolean => {
	const own = members.get(viewer.person);
	const device = devices.get(viewer.device);
	// A device that was never in the tree may join by external commit; one that was taken out, too.
	return own?.until === null && !(device?.removalPending === true);
};

const sharedState = ({ conversation, anchor, members, devices }: Rows) => ({
	id: conversation.id,
	kind: conversation.kind,
	head: conversation.head,
	anchor,
	epoch: conversation.epoch,
	members: [...members.values()].filter(({ until }) => until === null).map(toMember),
	pendingRemovals: [...devices.values()]
		.filter((row) => row.removalPending)
		.map((row) => row.device),
	disputed: conversation.disputed,
	revision: conversation.revision
});

const sinceOf = ({ conversation, devices }: Rows, device: string): number => {
	const row = devices.get(device);
	// Not in the tree: nothing is served until it joins.
	return row?.until === null ? row.since : conversation.head + 1;
};

const ownPart = (rows: Rows, viewer: Viewer) => {
	const since = sinceOf(rows, viewer.device);
	return { since, history: historyOf(rows, viewer, since), active: true };
};

const stateFor = async (db: ReadDb, rows: Rows, viewer: Viewer): Promise<ConversationState> =>
	isIn(rows, viewer)
		? { ...sharedState(rows), ...ownPart(rows, viewer) }
		: formerState(db, rows, viewer);

const byPerson = (rows: FormerMembershipRow[]): Map<string, FormerMembershipRow[]> => {
	const found = new Map<string, FormerMembershipRow[]>();
	for (const row of rows) found.set(row.person, [...(found.get(row.person) ?? []), row]);
	return found;
};

/** Where shared terminals among these devices may begin to read. */
const terminalsOf = async (
	db: ReadDb,
	conversation: string,
	{ ids, serving }: { ids: ReadonlySet<string>; serving: Serving }
): Promise<Pick<Rows, 'terminals'>> => {
	const since = ids.size > 0 ? servedSince('terminal', serving) : null;
	if (!since) return {};
	return { terminals: { ids, from: await findFirstSince(db, conversation, since) } };
};

/** Every conversation that the device's person is in or was. */
export const findStates = async (
	db: ReadDb,
	viewer: Viewer,
	serving: Serving
): Promise<ConversationState[]> => {
	const found = await findConversationsOf(db, viewer.person);
	if (found.length === 0) return [];
	const ids = found.map(({ id }) => id);
	const members = await findMembers(db, ids);
	const devices = await findMemberDevices(db, ids);
	const anchors = await findHeadAnchors(db, ids);
	const former = await findFormerMemberships(db, ids, [viewer.person]);
	const terminals = await findTerminals(db, [viewer.device]);
	const byConversation = new Map(
		found.map((row) => [row.id, toRows(row, anchors.get(row.id) ?? null)])
	);
	for (const row of members) byConversation.get(row.conversation)?.members.set(row.person, row);
	for (const row of devices) byConversation.get(row.conversation)?.devices.set(row.device, row);
	const states: ConversationState[] = [];
	for (const [id, rows] of byConversation) {
		const own = former.filter(({ conversation }) => conversation === id);
		const cut = await terminalsOf(db, id, { ids: terminals, serving });
		states.push(await stateFor(db, { ...rows, former: byPerson(own), ...cut }, viewer));
	}
	return states;
};

/**
 * Events that tell these devices the state anew, as JSON. What is the same for all is serialised once: a large
 * group would else write its list of members once a device.
 */
export const stateEvents = async (
	db: ReadDb,
	conversation: ConversationRow,
	viewers: readonly Viewer[],
	serving: Serving
): Promise<{ device: string; payload: string }[]> => {
	const members = await findMembers(db, [conversation.id]);
	const anchor = await findAnchor(db, conversation.id, conversation.head);
	const devices = await findMemberDevices(db, [conversation.id]);
	const people = [...new Set(viewers.map(({ person }) => person))];
	const former = await findFormerMemberships(db, [conversation.id], people);
	const ids = await findTerminals(
		db,
		viewers.map(({ device }) => device)
	);
	const rows = {
		...toRows(conversation, anchor, members, devices),
		former: byPerson(former),
		...(await terminalsOf(db, conversation.id, { ids, serving }))
	};
	const shared = JSON.stringify(sharedState(rows)).slice(1, -1);
	const events: { device: string; payload: string }[] = [];
	for (const viewer of viewers) {
		const state = isIn(rows, viewer)
			? `{${shared},${JSON.stringify(ownPart(rows, viewer)).slice(1, -1)}}`
			: JSON.stringify(await formerState(db, rows, viewer));
		events.push({
			device: viewer.device,
			payload: `{"type":"conversation","state":${state}}`
		});
	}
	return events;
};
