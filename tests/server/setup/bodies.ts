/** Bytes that stand for what the server can't read: envelopes, commits, Welcomes, key packages. */
import { randomBytes } from 'node:crypto';
import { uuidV7 } from '#core/crypto/uuid.ts';

export const someBytes = (size: number): string => randomBytes(size).toString('base64url');

/** Id of a message or commit. */
export const newEntryId = (): string => uuidV7(Date.now());

/** What a commit carries beside its declaration. */
export const someBundle = (welcome = false) => ({
	id: newEntryId(),
	commit: someBytes(300),
	note: someBytes(200),
	groupInfo: someBytes(400),
	...(welcome && { welcome: someBytes(500) })
});

export const someMessage = (conversation: string, epoch: number) => ({
	conversation,
	id: newEntryId(),
	epoch,
	envelope: someBytes(256)
});
