/** The client's files, as the build left them: adapter-node's handler, the app's manifest, and the name of the build. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { WEB_BUILD } from '#server/config/paths.ts';
import { PAGE_FAILED } from '#shared/contract/page-failure.ts';
import { PAGE_BETWEEN } from '#shared/contract/page-between.ts';
import { MANIFEST_PATH, openManifests } from './app-manifest.ts';

export interface Web {
	readonly version: string;
	/** `onFailure` is told why a page could not be made; the answer is given all the same. */
	handle(
		request: IncomingMessage,
		response: ServerResponse,
		onFailure: (error: unknown) => void
	): void;
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
	const policies = readPolicies(path.join(folder, 'prerendered'));
	const shell = policies.get('/');
	if (shell === undefined) throw new Error('the build has no shell');
	const answerManifest = openManifests(path.join(folder, 'client'));
	return {
		version,
		handle(request, response, onFailure) {
			request.once(PAGE_FAILED, onFailure);
			const page = (request.url ?? '/').split('?', 1)[0] ?? '/';
			if (page === MANIFEST_PATH) return answerManifest(request, response);
			response.setHeader('content-security-policy', policies.get(page) ?? shell);
			if (page === PAGE_BETWEEN) response.setHeader('cross-origin-embedder-policy', 'require-corp');
			handler(request, response, () => void response.writeHead(404).end());
		}
	};
}

/**
 * The policies in the meta elements of the pages that are kept as files, sent as headers too: a worker is bound by
 * the headers of its own script only (it gets the shell's), and nothing in a page is older than its headers.
 */
function readPolicies(folder: string): Map<string, string> {
	const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
	return new Map(
		pages.map((name) => [
			name === 'index.html' ? '/' : `/${path.basename(name, '.html')}`,
			readPolicy(readFileSync(path.join(folder, name), 'utf8'))
		])
	);
}

function readPolicy(html: string): string {
	const policy = /<meta http-equiv="content-security-policy" content="([^"]+)">/.exec(html)?.[1];
	if (policy === undefined) throw new Error('a built page has no content security policy');
	return policy;
}
