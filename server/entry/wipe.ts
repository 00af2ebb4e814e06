/**
 * `POST /api/wipe`: the last word of a browser that destroys its container. Revokes the device whose session
 * it still has, notes that it is wiped, and tells the browser to forget all of this origin, also what scripts can't reach.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSameOrigin } from '#server/trpc/same-origin.ts';
import type { SessionCookie } from '#server/trpc/cookie.ts';
import type { Services } from './services.ts';

export const WIPE_PATH = '/api/wipe';
const FORGET = '"cache", "cookies", "storage"';

export interface WipeOptions {
	origin: string;
	cookie: SessionCookie;
	services: Pick<Services, 'session' | 'devices'>;
}

export const createWipe =
	({ origin, cookie, services }: WipeOptions) =>
	async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		if (request.method !== 'POST') {
			response.writeHead(405, { allow: 'POST' }).end();
			return;
		}
		if (!isSameOrigin(request.headers, origin)) {
			response.writeHead(403).end();
			return;
		}
		const session = await services.session.resolve(cookie.read(request));
		if (session.kind === 'open') {
			await services.devices.revoke(session.caller, session.caller.device);
			await services.devices.wiped(session.caller.device);
		} else if (session.kind === 'revoked') await services.devices.wiped(session.device);
		response
			.writeHead(204, {
				'cache-control': 'no-store',
				'clear-site-data': FORGET,
				'set-cookie': cookie.write(null, 0)
			})
			.end();
	};
