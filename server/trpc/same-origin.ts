/** Refuses calls that another site's page makes with this person's cookie. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Browsers send Sec-Fetch-Site with every request and Origin with every write and WebSocket; a client that is
 * no browser may send neither, and carries no cookie that it was not given.
 */
export const isSameOrigin = (headers: IncomingHttpHeaders, origin: string): boolean => {
	const site = headers['sec-fetch-site'];
	if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
	return headers.origin === undefined || headers.origin === origin;
};
