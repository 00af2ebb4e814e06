/**
 * What a browser does with the session cookie, for the engine under Node: keeps it in memory and sends it
 * with every request and socket. Owns one device's session; must never write it anywhere.
 */
import { WebSocket as NodeWebSocket } from 'ws';
import type { Transport } from '#core/sync/transport.ts';
import type { TransportOptions } from './trpc-transport.ts';
import { createTransport } from './trpc-transport.ts';

/** `fetch` and `WebSocket` that share one session with the server at `origin`. */
function createNodeSession(origin: string): Omit<TransportOptions, 'random'> {
	const cookies = new Map<string, string>();

	const keep = (header: string): void => {
		const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
		const split = pair.indexOf('=');
		const name = pair.slice(0, split);
		const value = pair.slice(split + 1);
		if (value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute)))
			cookies.delete(name);
		else cookies.set(name, value);
	};
	const cookieHeader = (): Record<string, string> =>
		cookies.size === 0
			? {}
			: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };

	class SessionSocket extends NodeWebSocket {
		constructor(url: string | URL) {
			super(url, { origin, headers: cookieHeader() });
		}
	}

	return {
		origin,
		fetch: async (url, init) => {
			const headers = new Headers(init?.headers);
			headers.set('origin', origin);
			for (const [name, value] of Object.entries(cookieHeader())) headers.set(name, value);
			const response = await fetch(url, { ...init, headers });
			for (const header of response.headers.getSetCookie()) keep(header);
			return response;
		},
		// The two classes differ in events that tRPC does not use.
		WebSocket: SessionSocket as unknown as typeof WebSocket
	};
}

export interface NodeTransportOptions {
	/** Origin by which the server knows itself. */
	url: string;
	/** Where it is reached, when something stands in between. */
	via?: string;
}

/** A transport with a session of its own: one device. */
export const createNodeTransport = ({ url, via = url }: NodeTransportOptions): Transport =>
	createTransport({ ...createNodeSession(url), origin: via });
