/**
 * The web app manifest in the language of the browser: what an installed app says in menus and dialogs of the system
 * is read before the app runs, and by nobody who could run it. Two files of the client that differ in texts only
 * (src/ui/manifest.test.ts) stand behind one address, so that both are the same app.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Locale } from '#shared/contract/primitives.ts';
import { preferredLocale } from '#shared/domain/preferred-locale.ts';

export const MANIFEST_PATH = '/manifest.webmanifest';

const FILES: Record<Locale, string> = {
	de: 'manifest.webmanifest',
	en: 'manifest.en.webmanifest'
};

/** Languages of an Accept-Language header (RFC 9110, 12.5.4), best first. */
export function acceptedLanguages(header: string | undefined): string[] {
	return (header ?? '')
		.split(',')
		.map((part) => {
			const [language = '', ...parameters] = part.split(';').map((text) => text.trim());
			const weight = parameters.find((text) => /^q=/i.test(text))?.slice(2);
			return { language, weight: weight === undefined ? 1 : Number(weight) };
		})
		.filter(({ language, weight }) => language !== '' && weight > 0)
		.toSorted((a, b) => b.weight - a.weight)
		.map(({ language }) => language);
}

/** Reads both from the folder of the built client; what it returns answers GET and HEAD. */
export function openManifests(
	client: string
): (request: IncomingMessage, response: ServerResponse) => void {
	const read = (locale: Locale): Buffer => readFileSync(path.join(client, FILES[locale]));
	const manifests: Record<Locale, Buffer> = { de: read('de'), en: read('en') };
	return (request, response) => {
		const locale = preferredLocale(acceptedLanguages(request.headers['accept-language']));
		const body = manifests[locale];
		response.writeHead(200, {
			'content-type': 'application/manifest+json',
			'content-language': locale,
			'content-length': body.length,
			vary: 'accept-language'
		});
		response.end(request.method === 'HEAD' ? undefined : body);
	};
}
