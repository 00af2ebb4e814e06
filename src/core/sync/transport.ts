/**
 * Port: the server, as the engine sees it. `platform/transport` implements it over tRPC for browsers and
 * Node. Every call rejects with `DienstwegError`; `offline` when the server can't be reached.
 */
import type {
	AccountState,
	AddRecipientInput,
	ItemsPage,
	PreviousGeneration,
	PublishSealingKeyInput,
	PutItemInput,
	RotateInput,
	SharedKey
} from '#shared/contract/account.ts';
import type { AuthorityInfo } from '#shared/contract/authority.ts';
import type {
	Accepted,
	Anchor,
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
import type {
	ClaimedKeyPackage,
	Device,
	DeviceAbout,
	DeviceOrders,
	DevicePage
} from '#shared/contract/devices.ts';
import type { DirectoryChanges, PersonDetails } from '#shared/contract/directory.ts';
import type {
	CreateInvitationInput,
	Invitation,
	InvitationPreview,
	RedeemInvitationInput
} from '#shared/contract/enrolment.ts';
import type { EnterInput, PermitInput } from '#shared/contract/entering.ts';
import type {
	CloseMailboxInput,
	JoinMailboxInput,
	MailboxPage,
	OpenedMailbox,
	OpenMailboxInput,
	PostMessageInput,
	ReadMailboxInput
} from '#shared/contract/linking.ts';
import type { LiveEvent } from '#shared/contract/live.ts';
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { PolicyChange, PolicyState, SetPolicyInput } from '#shared/contract/policy.ts';
import type {
	ApproveRecoveryInput,
	AwaitRecoveryInput,
	AwaitedRecovery,
	FinishRecoveryInput,
	OpenCodeInput,
	OpenedCode,
	PresentRecoveryInput,
	PresentedRecovery,
	RecoveryRecipients,
	RecoveryRequest,
	SetCustodiansInput,
	StartRecoveryInput,
	StoreCodeInput
} from '#shared/contract/recovery.ts';
import type { Me } from '#shared/contract/session.ts';
import type {
	AwaitedGrant,
	DepositDraftsInput,
	DepositedDrafts,
	GrantTerminalInput,
	OfferTerminalInput,
	TerminalOffered,
	RegisterTerminalInput,
	Terminal,
	TerminalDuty,
	TerminalOffer,
	TerminalVisit,
	UpdateTerminalInput
} from '#shared/contract/terminals.ts';
import type {
	LeaveVisitsInput,
	MakeTerminalPinInput,
	OwnTerminalPin,
	TakenVisit,
	TakeVisitInput,
	TerminalPinTry,
	TryTerminalPinInput
} from '#shared/contract/terminal-pin.ts';
import type {
	ConsistencyAnswer,
	DeviceProof,
	IdentityChangeProof,
	LogEntries,
	OwnStatement,
	RestorationProofs,
	SignedHead,
	VouchInput
} from '#shared/contract/transparency.ts';

export interface Transport {
	authority: { info(): Promise<AuthorityInfo> };
	policy: {
		get(): Promise<PolicyState>;
		/** `conflict`: somebody else has changed it since that version. */
		set(input: SetPolicyInput): Promise<PolicyState>;
		/** Newest first. */
		changes(): Promise<PolicyChange[]>;
	};
	session: {
		challenge(input: { device: string }): Promise<{ nonce: string }>;
		/** Sets the session cookie (browsers) or keeps the session in memory (Node). */
		signIn(input: { device: string; nonce: string; signature: string }): Promise<Me>;
		signOut(): Promise<void>;
	};
	enrolment: {
		peek(input: { token: string }): Promise<InvitationPreview>;
		redeem(input: RedeemInvitationInput): Promise<Me>;
		list(): Promise<Invitation[]>;
		create(input: CreateInvitationInput): Promise<Invitation>;
		reissue(input: {
			id: string;
			replaces: string;
			tokenHash: string;
			validHours: number;
		}): Promise<Invitation>;
		/** For somebody who has joined and has no device any more. */
		reinvite(input: {
			id: string;
			person: string;
			tokenHash: string;
			validHours: number;
		}): Promise<Invitation>;
		revoke(input: { id: string }): Promise<void>;
	};
	/** The log of device keys; nothing of it is to be believed unproven (`core/sync/transparency`). */
	transparency: {
		head(): Promise<SignedHead>;
		entries(input: { from: number }): Promise<LogEntries>;
		own(): Promise<OwnStatement[]>;
		deviceProofs(input: { size: number; devices: string[] }): Promise<DeviceProof[]>;
		identityChanges(input: { size: number; person: string }): Promise<IdentityChangeProof[]>;
		restorations(input: { size: number; person: string }): Promise<RestorationProofs>;
		consistency(input: { from: number; to: number }): Promise<ConsistencyAnswer>;
	};
	directory: {
		changes(input: { since?: string }): Promise<DirectoryChanges>;
		update(input: { id: string; details: PersonDetails }): Promise<void>;
		/** An administrator's word for a person's new identity key. */
		vouch(input: VouchInput): Promise<void>;
	};
	devices: {
		list(input: { person?: string }): Promise<Device[]>;
		/** Everybody's, for administrators. */
		all(input: { after?: string }): Promise<DevicePage>;
		describe(input: DeviceAbout): Promise<void>;
		/** What this device is asked to do. */
		orders(): Promise<DeviceOrders>;
		lock(input: { id: string }): Promise<void>;
		rename(input: { id: string; name: string }): Promise<void>;
		revoke(input: { id: string }): Promise<void>;
		publishKeyPackages(input: { packages: string[]; lastResort?: string }): Promise<void>;
		/** Key packages of this device that are still in store, without the one of last resort. */
		countKeyPackages(): Promise<number>;
		claimKeyPackages(input: { people: string[] }): Promise<ClaimedKeyPackage[]>;
	};
	/** One more device of a person. */
	entering: {
		/** By one of the person's devices; `device_limit`. */
		permit(input: PermitInput): Promise<void>;
		/** By the new device itself, which is signed in then; `permit_unknown`. */
		enter(input: EnterInput): Promise<Me>;
	};
	/** Mailboxes between two devices; nobody needs to be signed in. `not_found` once one is over. */
	linking: {
		open(input: OpenMailboxInput): Promise<OpenedMailbox>;
		/** `conflict`: somebody else has come in. */
		join(input: JoinMailboxInput): Promise<{ mailbox: string }>;
		post(input: PostMessageInput): Promise<void>;
		read(input: ReadMailboxInput): Promise<MailboxPage>;
		close(input: CloseMailboxInput): Promise<void>;
	};
	terminals: {
		list(): Promise<Terminal[]>;
		register(input: RegisterTerminalInput): Promise<void>;
		update(input: UpdateTerminalInput): Promise<void>;
		/** Whoever is signed in there is signed out. */
		end(input: { id: string }): Promise<void>;
		remove(input: { id: string }): Promise<void>;
		/** By the terminal's page, when it begins: ends what was before. `terminal_unknown`. */
		duty(input: { token: string }): Promise<TerminalDuty>;
		offer(input: OfferTerminalInput): Promise<TerminalOffered>;
		await(input: { token: string }): Promise<AwaitedGrant>;
		/** By a person's device; `terminal_code_unknown`. */
		find(input: { code: string }): Promise<TerminalOffer>;
		grant(input: GrantTerminalInput): Promise<void>;
		mine(): Promise<TerminalVisit[]>;
		/** By the device of a visit: it is still there. */
		alive(): Promise<void>;
		depositDrafts(input: DepositDraftsInput): Promise<void>;
		drafts(): Promise<DepositedDrafts[]>;
		/** By the device of a visit: it is over. */
		leave(): Promise<void>;
		draftsTaken(input: { device: string }): Promise<void>;
		/** The person's own; null without. */
		pin(): Promise<OwnTerminalPin | null>;
		/** `conflict`: a code that another person has. */
		makePin(input: MakeTerminalPinInput): Promise<{ evaluated: string }>;
		/** `not_found`: this device has not made it, or it is over. */
		leaveVisits(input: LeaveVisitsInput): Promise<void>;
		endPin(): Promise<void>;
		/** By a terminal's page, as the next one. `terminal_unknown`. */
		tryPin(input: TryTerminalPinInput): Promise<TerminalPinTry>;
		takeVisit(input: TakeVisitInput): Promise<TakenVisit>;
	};
	account: {
		publishSealingKey(input: PublishSealingKeyInput): Promise<void>;
		state(): Promise<AccountState>;
		generations(): Promise<PreviousGeneration[]>;
		/** `conflict`: another device was first, or there are others than it was sealed for. */
		rotate(input: RotateInput): Promise<void>;
		addRecipient(input: AddRecipientInput): Promise<void>;
		items(input: { after: number }): Promise<ItemsPage>;
		/** `conflict`: another device has changed it since. */
		putItem(input: PutItemInput): Promise<{ version: number }>;
		addKeys(input: { keys: SharedKey[] }): Promise<void>;
		keys(input: { conversation: string; before?: number }): Promise<SharedKey[]>;
	};
	/** Getting back in without any device. */
	recovery: {
		recipients(): Promise<RecoveryRecipients>;
		/** `conflict`: another device was first, or has made another generation. */
		storeCode(input: StoreCodeInput): Promise<void>;
		/** By a new device; `recovery_unknown`. */
		openCode(input: OpenCodeInput): Promise<OpenedCode>;
		/** By an administrator; `conflict`: somebody else was first. */
		setCustodians(input: SetCustodiansInput): Promise<void>;
		/** By an administrator; `not_found`: there is no copy of the person's account for the custodians. */
		start(input: StartRecoveryInput): Promise<void>;
		requests(): Promise<RecoveryRequest[]>;
		/** By an administrator; by a custodian who does not believe it. `conflict` once it is too late. */
		cancel(input: { id: string }): Promise<void>;
		refuse(input: { id: string }): Promise<void>;
		approve(input: ApproveRecoveryInput): Promise<void>;
		/** By a new device, as the next two: `recovery_…` for what IT's link does not open, or not any more. */
		present(input: PresentRecoveryInput): Promise<PresentedRecovery>;
		awaited(input: AwaitRecoveryInput): Promise<AwaitedRecovery>;
		finish(input: FinishRecoveryInput): Promise<void>;
	};
	conversations: {
		overview(): Promise<ConversationState[]>;
		create(input: CreateConversationInput): Promise<Accepted>;
		commit(input: CommitInput): Promise<Accepted>;
		send(input: SendInput): Promise<Accepted>;
		read(input: {
			conversation: string;
			after?: number;
			anchor?: Anchor;
			before?: number;
			limit: number;
		}): Promise<LogPage>;
		certificates(input: CertificatesInput): Promise<CertificatePage>;
		groupInfo(input: { conversation: string }): Promise<GroupInfoAnswer>;
		/** Whether this device could follow a commit; asked again while the verdict is `open`. */
		judge(input: JudgeInput): Promise<{ verdict: Verdict }>;
		/** The caller's person leaves; the next committer takes the leaves out of the tree. */
		leave(input: { conversation: string }): Promise<void>;
		welcomes(): Promise<PendingWelcome[]>;
		welcomeDone(input: { conversation: string; seq: number }): Promise<void>;
		cursors(input: {
			items: { conversation: string; delivered?: number; read?: number }[];
		}): Promise<void>;
		typing(input: { conversation: string }): Promise<void>;
		viewing(input: { conversation: string | null }): Promise<void>;
	};
	notifications: {
		subscribe(input: PushSubscriptionInput): Promise<void>;
		unsubscribe(): Promise<void>;
		/** Sends a visible test push to this device. */
		test(): Promise<void>;
	};
	/**
	 * Opens the live subscription and keeps it open with growing pauses. `onEvent` gets `ready` after each
	 * (re)connection; `onState` tells when it is lost; `onError` gets `unauthenticated`, `device_revoked`
	 * or `outdated`, after which the subscription has ended.
	 */
	live(handlers: {
		onEvent(event: LiveEvent): void;
		onState(state: 'connecting' | 'online' | 'offline'): void;
		onError(error: Error): void;
	}): { close(): void; /** Try now: the network is said to be back. */ retry(): void };
}
