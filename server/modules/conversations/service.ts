/** Conversations: takes what devices write into the log, and serves each what it may read. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	Accepted,
	CertificatePage,
	CertificatesInput,
	CommitInput,
	ConversationState,
	CreateConversationInput,
	GroupInfoAnswer,
	JudgeInput,
	LogPage,
	PendingWelcome,
	SendInput,
	Verdict
} from '#shared/contract/conversations.ts';
import { isSilentEnvelope } from '#shared/domain/silent-envelope.ts';
import type { Database, ReadDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Log } from '#server/kernel/log.ts';
import type { LiveBus } from '#server/modules/live/bus.ts';
import type { Presence } from '#server/modules/live/hub.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { createAnnounce } from './announce.ts';
import { readCertificates } from './certificates.ts';
import { createCommit, type Committed } from './commit.ts';
import { createCreate } from './create.ts';
import { CursorBroadcast } from './cursors.ts';
import { Lanes, type Outcome } from './lanes.ts';
import { createJudge } from './judge.ts';
import { createLeave, createRetireDevice } from './leave.ts';
import * as queries from './queries/conversations.ts';
import { readGroupInfo } from './group-info.ts';
import { readLog, type ReadRange, type Serving } from './read.ts';
import { requireMember, RosterCache, type Roster } from './roster.ts';
import { createSendBatch, type Send } from './send.ts';
import { findStates } from './state.ts';
import { TypingBroadcast } from './typing.ts';
import { deleteDone, findWaiting } from './queries/welcomes.ts';

/** A message is on disk: who wrote it, and whose devices it is for. */
interface NewMessage {
	conversation: string;
	person: string;
}

export interface ConversationsOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	log: Log;
	presence: Presence;
	/** Told of every message after its commit; must not throw. */
	onMessage(message: NewMessage): void;
	/** Days that shared terminals may read back, by the authority's policy. */
	terminalDays(db: ReadDb): Promise<number>;
}

export type ConversationsService = ReturnType<typeof createConversationsService>;

export const createConversationsService = (options: ConversationsOptions) => {
	const { database, clock, bus, presence, onMessage } = options;
	const rosters = new RosterCache();
	const serving = async (db: ReadDb): Promise<Serving> => ({
		now: clock.now(),
		terminalDays: await options.terminalDays(db)
	});
	const announce = createAnnounce({ ...options, serving });
	const sendBatch = createSendBatch({ database, clock, rosters });
	const commit = createCommit(options);
	const create = createCreate(options);
	const judge = createJudge(options);
	const leave = createLeave({ database, announce });
	const cursorBroadcast = new CursorBroadcast(bus);
	const typingBroadcast = new TypingBroadcast(bus, clock);

	const lanes = new Lanes<Send, Accepted>(async (sends): Promise<Outcome<Accepted>[]> => {
		const { outcomes, entries } = await sendBatch(sends);
		for (const { row, roster } of entries) {
			announce.entry(row, roster.activeDevices);
			if (!isSilentEnvelope(row.body))
				onMessage({ conversation: row.conversation, person: row.person });
		}
		return outcomes;
	});

	const announceCommit = async ({ accepted, announce: news }: Committed): Promise<Accepted> => {
		if (news) {
			announce.entry(news.row, news.audience);
			if (news.membershipChanged) await announce.state(news.row.conversation, news.concerned);
		}
		return accepted;
	};

	const rosterOf = async (db: ReadDb, conversation: string): Promise<Roster> => {
		const row = await queries.findConversation(db, conversation);
		if (!row) throw new DienstwegError('not_found');
		return rosters.get(db, row);
	};

	return {
		/** For the devices slice: see `createRetireDevice`. */
		retireDevice: createRetireDevice({ announce }),

		overview: (caller: Caller): Promise<ConversationState[]> =>
			database.snapshot(async (db) => findStates(db, caller, await serving(db))),

		create: (caller: Caller, input: CreateConversationInput): Promise<Accepted> =>
			lanes.alone(input.conversation, async () => announceCommit(await create(caller, input))),

		commit: (caller: Caller, input: CommitInput): Promise<Accepted> =>
			lanes.alone(input.conversation, async () => announceCommit(await commit(caller, input))),

		send: (caller: Caller, input: SendInput): Promise<Accepted> =>
			lanes.batched(input.conversation, { caller, input }),

		leave: (caller: Caller, conversation: string): Promise<void> =>
			lanes.alone(conversation, () => leave(caller, conversation)),

		read: (caller: Caller, range: ReadRange): Promise<LogPage> =>
			database.snapshot(async (db) => readLog(db, caller, range, await serving(db))),

		certificates: (caller: Caller, input: CertificatesInput): Promise<CertificatePage> =>
			readCertificates(database.read, caller, input),

		/** For a device of a member that joins by external commit. */
		groupInfo: (caller: Caller, conversation: string): Promise<GroupInfoAnswer> =>
			database.snapshot((db) => readGroupInfo(db, caller, conversation)),

		/** A device's say on a commit that somebody can't follow. */
		judge: (caller: Caller, input: JudgeInput): Promise<{ verdict: Verdict }> =>
			lanes.alone(input.conversation, async () => {
				const { verdict, entry, stateChanged } = await judge(caller, input);
				if (entry) announce.entry(entry.row, entry.audience);
				if (stateChanged) await announce.state(input.conversation);
				return { verdict };
			}),

		async welcomes(caller: Caller): Promise<PendingWelcome[]> {
			const rows = await findWaiting(database.read, caller.device);
			return rows.map(({ conversation, seq, epoch, body }) => ({
				conversation,
				seq,
				epoch,
				welcome: body.toString('base64url')
			}));
		},

		async welcomeDone(caller: Caller, done: { conversation: string; seq: number }): Promise<void> {
			await database.write((db) => deleteDone(db, { ...done, device: caller.device }));
		},

		/** Conversations that the caller is not in are passed over. */
		async cursors(
			caller: Caller,
			items: {
				conversation: string;
				delivered?: number | undefined;
				read?: number | undefined;
			}[]
		): Promise<void> {
			const wanted = new Map<string, { conversation: string; delivered: number; read: number }>();
			for (const { conversation, delivered = 0, read = 0 } of items) {
				const before = wanted.get(conversation) ?? { delivered: 0, read: 0 };
				wanted.set(conversation, {
					conversation,
					// What was read has been delivered.
					delivered: Math.max(before.delivered, delivered, read),
					read: Math.max(before.read, read)
				});
			}
			const moved = await database.write((db) =>
				queries.advanceCursors(db, caller.person, [...wanted.values()])
			);
			for (const mark of moved) {
				const roster = await rosterOf(database.read, mark.conversation);
				cursorBroadcast.add({ ...mark, person: caller.person }, roster.activeDevices);
			}
		},

		async typing(caller: Caller, conversation: string): Promise<void> {
			const roster = await database.snapshot((db) => rosterOf(db, conversation));
			requireMember(roster, caller.person);
			const { person } = caller;
			const devices = roster.activeDevices.filter(
				(device) => roster.devices.get(device)?.person !== person
			);
			typingBroadcast.tell({ conversation, person }, devices);
		},

		viewing(caller: Caller, conversation: string | null): void {
			presence.setViewing(caller.device, conversation);
		}
	};
};
