/** Reads a request's body into memory, up to a limit. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { DienstwegError } from '#shared/contract/errors.ts';

/** Throws `too_large`, and stops reading, once more than `maxBytes` came. Throws `unavailable` when the client goes away. */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<string> =>
	new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= maxBytes) chunks.push(chunk);
			else {
				request.pause();
				reject(new DienstwegError('too_large'));
			}
		});
		// The client went away: nobody is there to be answered.
		const goneAway = () => reject(new DienstwegError('unavailable'));
		request.once('end', () => {
			request.off('close', goneAway);
			resolve(Buffer.concat(chunks).toString('utf8'));
		});
		request.once('error', goneAway);
		request.once('close', goneAway);
	});
