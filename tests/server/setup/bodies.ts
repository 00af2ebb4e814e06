/** Bytes that stand for what the server can't read: envelopes, commits, Welcomes, key packages. */
import { Buffer } from 'node:buffer';
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

/** `silent`: as devices talk to each other. */
export const someMessage = (
	conversation: string,
	epoch: number,
	{ silent = false }: { silent?: boolean } = {}
) => ({
	conversation,
	id: newEntryId(),
	epoch,
	// That much of an envelope the server reads: version and type.
	envelope: Buffer.concat([Buffer.of(1, silent ? 3 : 1), randomBytes(254)]).toString('base64url')
});
