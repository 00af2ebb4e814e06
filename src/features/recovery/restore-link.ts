/** Reads what stands behind the # of IT's link, from the link itself and from pasted text. */

/** 32 bytes as base64url. */
const FRAGMENT = /^[A-Za-z0-9_-]{43}$/;

/** Null when the text holds no such link. */
export function readRestoreFragment(text: string): string | null {
	const joined = text.replaceAll(/\s/g, '');
	const fragment = joined.slice(joined.lastIndexOf('#') + 1);
	return FRAGMENT.test(fragment) ? fragment : null;
}
