/** Records of this device's account, of people's devices, and of what a person's devices share. Types only. */
import type { Authority } from '#shared/contract/authority.ts';
import type { Device } from '#shared/contract/devices.ts';
import type { BackupKey } from '#core/protocol/account/backup-key.ts';
import type { SealingKeys } from '#core/protocol/account/sealing-key.ts';

/** This device's account. Written before the invitation is redeemed (`device` is null until then). */
export interface AccountFact {
	name: 'account';
	person: string;
	authority: Authority;
	/** The secret key is null at a terminal, which must not speak for the person. */
	identity: { publicKey: Uint8Array; secretKey: Uint8Array | null };
	signature: { publicKey: Uint8Array; secretKey: Uint8Array };
	deviceId: string;
	certificate: Uint8Array;
	device: Device | null;
	/** Derived from the invitation that these keys were made for. */
	invitationToken: string;
	/** The person had joined before, and has begun anew here: colleagues follow once somebody answers for the new key. */
	isAnew?: boolean;
	/** Id of the request by which custodians have let this device in. */
	restoredBy?: string;
}

/** Certificate of somebody's device that was checked and is good for all time, revoked or not. */
export interface CertificateRecord {
	device: string;
	person: string;
	certificate: Uint8Array;
	/** Its place in the log of device keys, where that was proven. */
	index?: number;
}

/** What a person's devices share among themselves: drafts, settings, whose keys were compared (`core/sync/account`). */
export interface PersonalRecord {
	/** As the server knows it: tells nothing of what it is. */
	name: string;
	/** What it is, such as `settings`. */
	key: string;
	value: object | null;
	/** The server's number of it that this value builds on; 0 before the first. */
	version: number;
	/** Changed here, and not with the server yet. */
	isDirty: boolean;
}

/** What is known of the ways back in without any device. */
export interface RecoveryFact {
	name: 'recovery';
	/** The highest that was seen here: an earlier code is not sealed for again. */
	codeNumber: number;
	/** The code that there is; null where there is none. */
	code: { createdAt: number; usedAt: number | null } | null;
	/** The highest number of a key of the authority that was seen here. */
	keyNumber: number;
	/** Who together can restore this person's access, who made them so, and when; null where nobody can. */
	custodians: { people: string[]; by: string; at: number } | null;
	/** Ids of the newest keys of the authority that this device itself has made. */
	madeKeys?: string[];
}

/** What this device has of the person's account, beside the identity (`AccountFact`). A terminal has none. */
export interface BackupFact {
	name: 'backup';
	sealing: SealingKeys;
	/** Whether the server has confirmed to hold the sealing key. */
	isPublished: boolean;
	/** All generations of the backup key that are known, oldest first. */
	generations: BackupKey[];
	/** Last change of the person's items that was taken. */
	items: number;
	/** Epochs in which a device was revoked that could have their keys, in the group or not: to be ended. */
	toEnd?: EpochPlace[];
}

export interface EpochPlace {
	conversation: string;
	epoch: number;
}

/** At a shared terminal: where text goes that was not sent when the visit ends. */
export interface TerminalFact {
	name: 'terminal';
	drafts: { generation: number; publicKey: Uint8Array };
}

/** On the device that keeps ready what code and PIN open at terminals. */
export interface TerminalPinFact {
	name: 'terminalPin';
	/** Under which the server finds it. */
	locator: Uint8Array;
	/** That what is left is sealed under. */
	key: Uint8Array;
	/** The same under code, PIN and the server's share. */
	wrapped: Uint8Array;
	/** Hash of what was left last; null before the first time. */
	left: Uint8Array | null;
}

/** Terminals that this device has let in, each by a person's own hand: ids of their devices, the newest last. */
export interface LetInFact {
	name: 'let-in';
	devices: string[];
}

export type OwnFact =
	AccountFact | BackupFact | RecoveryFact | TerminalFact | TerminalPinFact | LetInFact;
