/** Reads a request's body into memory, up to a limit. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { HeldRequest } from './held-request.ts';

/** Seconds until a body that found no room in memory may come again. */
const ROOM_SECONDS = 3;

/**
 * Throws `too_large`, and stops reading, once more than `maxBytes` came; `unavailable` when the client goes away,
 * or when others need the memory.
 */
export const readBody = (
	request: IncomingMessage,
	{ maxBytes, held }: { maxBytes: number; held: HeldRequest }
): Promise<string> =>
	new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		const refuse = (error: DienstwegError) => {
			request.off('data', take);
			request.pause();
			chunks.length = 0;
			reject(error);
		};
		const take = (chunk: Buffer) => {
			size += chunk.length;
			if (size > maxBytes) return refuse(new DienstwegError('too_large'));
			chunks.push(chunk);
			held.reading(size, () =>
				refuse(new DienstwegError('unavailable', { retryAfter: ROOM_SECONDS }))
			);
		};
		request.on('data', take);
		// The client went away: nobody is there to be answered.
		const goneAway = () => reject(new DienstwegError('unavailable'));
		request.once('end', () => {
			request.off('close', goneAway);
			held.working();
			resolve(Buffer.concat(chunks).toString('utf8'));
		});
		request.once('error', goneAway);
		request.once('close', goneAway);
	});
