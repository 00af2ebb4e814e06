/** Records of people's devices and of what a person's devices share. Types only. */

/** Certificate of somebody's device that was checked and is good for all time, revoked or not. */
export interface CertificateRecord {
	device: string;
	person: string;
	certificate: Uint8Array;
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
