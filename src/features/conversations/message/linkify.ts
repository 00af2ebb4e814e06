/**
 * Finds links in what people write: http, https, mailto and tel, nothing else, and never a preview.
 * Owns which text becomes clickable and how a host is shown; must never return an address whose visible
 * host differs from the one that opens. Pure, and linear in the length of the text.
 */

export type TextPart =
	{ type: 'text'; text: string } | { type: 'link'; text: string; href: string };

const MAX_LINK_CHARACTERS = 2048;

/** Letters, digits and signs of a host as people of Latin script know it; look-alikes are left out. */
const FAMILIAR_HOST =
	/^[a-z0-9.\-ß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥīĭįĵķĺļľłńņňŋōŏőœŕŗřśŝşšţťŧūŭůűųŵŷźżž]+$/u;
const SCRIPTS = [
	/\p{Script=Latin}/u,
	/\p{Script=Cyrillic}/u,
	/\p{Script=Greek}/u,
	/\p{Script=Arabic}/u,
	/\p{Script=Hebrew}/u,
	/\p{Script=Armenian}/u,
	/\p{Script=Georgian}/u,
	/\p{Script=Devanagari}/u,
	/\p{Script=Thai}/u,
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
	/\p{Script=Hangul}/u
];

// A link ends at white space, at quotes and angle brackets, and at any invisible or direction-changing
// character, behind which another host could hide.
const CANDIDATE = new RegExp(
	[
		String.raw`(?<web>(?<![\p{L}\p{N}_@.:/-])(?:https?:\/\/|www\.)[^\s<>"“”„«»\p{C}]+)`,
		String.raw`(?<mail>(?<![\p{L}\p{N}_.+@/-])(?:mailto:)?[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\p{L}\p{N}@]))`,
		String.raw`(?<phone>(?<![\p{L}\p{N}_+./:@-])(?:tel:\+?|\+)[1-9][\d \/()-]{5,20}\d(?!\d))`
	].join('|'),
	'giu'
);

/** Splits a text into plain parts and links; the parts' texts are what is to be shown. */
export function linkify(text: string): TextPart[] {
	const parts: TextPart[] = [];
	let done = 0;
	const plainUpTo = (end: number) => {
		if (end > done) parts.push({ type: 'text', text: text.slice(done, end) });
	};
	for (const match of text.matchAll(CANDIDATE)) {
		const found = match.groups?.['web'] ? withoutTail(match[0]) : match[0];
		const link = readLink(found, match.groups ?? {});
		if (link === null) continue;
		plainUpTo(match.index);
		parts.push({ type: 'link', ...link });
		done = match.index + found.length;
	}
	plainUpTo(text.length);
	return parts;
}

function readLink(
	found: string,
	groups: Record<string, string | undefined>
): { text: string; href: string } | null {
	if (found.length > MAX_LINK_CHARACTERS) return null;
	if (groups['mail']) return { text: found, href: `mailto:${found.replace(/^mailto:/iu, '')}` };
	if (groups['phone']) return readPhone(found);
	return readWebAddress(found);
}

function readPhone(found: string): { text: string; href: string } | null {
	const digits = found.replace(/\D/gu, '');
	if (digits.length < 7 || digits.length > 15) return null;
	return { text: found, href: `tel:${found.includes('+') ? '+' : ''}${digits}` };
}

function readWebAddress(found: string): { text: string; href: string } | null {
	const typed = /^www\./iu.test(found) ? `https://${found}` : found;
	if (!URL.canParse(typed)) return null;
	const url = new URL(typed);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
	// `https://bank.example@other.example` is made to be misread.
	if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
	const host = /^https?:\/\/(?<host>[^/\\?#:]*)/iu.exec(typed)?.groups?.['host'] ?? '';
	const start = found.indexOf(host);
	if (host === '') return null;
	if (start >= 0 && isShownAsTyped(host.toLowerCase(), url.hostname)) {
		return { text: found, href: url.href };
	}
	return {
		text: found.slice(0, start) + url.hostname + found.slice(start + host.length),
		href: url.href
	};
}

function isShownAsTyped(host: string, canonical: string): boolean {
	// An ASCII host must be exactly the one that opens (no 0x7f.1, no %65).
	if (/^[\u0021-\u007e]*$/u.test(host)) return host === canonical;
	if (FAMILIAR_HOST.test(host)) return true;
	const scripts = SCRIPTS.filter((script) => script.test(host));
	return scripts.length === 1 && !SCRIPTS[0]?.test(host) && /^[\p{L}\p{M}\p{N}.-]+$/u.test(host);
}

/** Punctuation at the end belongs to the sentence, and a closing bracket to the one before the link. */
function withoutTail(found: string): string {
	let end = found.length;
	let open = 0;
	for (const character of found) open += character === '(' ? 1 : character === ')' ? -1 : 0;
	for (; end > 0; end--) {
		const last = found[end - 1] ?? '';
		if (last === ')' && open < 0) open++;
		else if (!/[.,;:!?'’‘…*_~\]}]/u.test(last)) break;
	}
	return found.slice(0, end);
}
