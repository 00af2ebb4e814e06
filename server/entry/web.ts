/** The client's files, as the build left them: adapter-node's handler, and the name of the build. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { WEB_BUILD } from '#server/config/paths.ts';

export interface Web {
	readonly version: string;
	handle(request: IncomingMessage, response: ServerResponse): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const NOTHING_BUILT: Web = {
	version: 'development',
	handle: (_request, response) => void response.writeHead(404).end()
};

/** Without a build (development: the client comes from Vite) every page is a 404. */
export async function openWeb(folder = WEB_BUILD): Promise<Web> {
	const entry = path.join(folder, 'handler.js');
	if (!existsSync(entry)) return NOTHING_BUILT;
	const { handler } = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as {
		handler: Handler;
	};
	const { version } = JSON.parse(
		readFileSync(path.join(folder, 'client/_app/version.json'), 'utf8')
	) as { version: string };
	const policy = readPolicy(path.join(folder, 'prerendered/index.html'));
	return {
		version,
		handle(request, response) {
			response.setHeader('content-security-policy', policy);
			handler(request, response, () => void response.writeHead(404).end());
		}
	};
}

/**
 * The policy in the shell's meta element, sent as a header too: a worker is bound by the headers of its own
 * script only, and nothing in a page is older than its headers.
 */
function readPolicy(shell: string): string {
	const html = readFileSync(shell, 'utf8');
	const policy = /<meta http-equiv="content-security-policy" content="([^"]+)">/.exec(html)?.[1];
	if (policy === undefined) throw new Error('the built page has no content security policy');
	return policy;
}
