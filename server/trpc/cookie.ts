/** The session's cookie: its name, how it is written and read. */
import type { IncomingMessage } from 'node:http';

export interface SessionCookie {
	name: string;
	/** Value of a Set-Cookie header; null removes the cookie, or has it last as long as the browser runs. */
	write(token: string | null, maxAgeSeconds: number | null): string;
	read(request: IncomingMessage): string | undefined;
}

/** Over https the name has the `__Host-` prefix, which binds it to this origin (RFC 6265bis); plain http is for localhost only. */
export const createSessionCookie = (origin: string): SessionCookie => {
	const secure = origin.startsWith('https:');
	const name = secure ? '__Host-dienstweg' : 'dienstweg';
	const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
	return {
		name,
		write: (token, maxAgeSeconds) => {
			const age = token === null ? 0 : maxAgeSeconds;
			return `${name}=${token ?? ''}; ${age === null ? '' : `Max-Age=${age}; `}${attributes}`;
		},
		read: (request) => {
			for (const part of (request.headers.cookie ?? '').split(';')) {
				const [key, value] = part.trim().split('=', 2);
				if (key === name && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
			}
			return undefined;
		}
	};
};
