/**
 * What a tab that leaves its process tells itself for afterwards: where it was, or why nothing is left. Addresses hold
 * random identifiers, nothing readable.
 */
import type { GoneReason } from '#core/engine/container.ts';

const PLACE = 'dienstweg-place';

export const keepPlace = (): void =>
	sessionStorage.setItem(PLACE, location.pathname + location.search);

/** Said once. */
export function takePlace(): string | null {
	const place = sessionStorage.getItem(PLACE);
	sessionStorage.removeItem(PLACE);
	return place;
}

/** Begins the reason in a fragment: what a tab stores is destroyed while another one wipes. Also in anew.js. */
export const GONE_MARK = '~';
const REASONS: readonly GoneReason[] = ['revoked', 'wiped', 'tries'];

/** Said once. Anybody may write a link with it: to be believed only where nothing is. */
export function takeReason(): GoneReason | null {
	if (!location.hash.startsWith(`#${GONE_MARK}`)) return null;
	const said = location.hash.slice(2);
	history.replaceState(history.state, '', location.pathname);
	return REASONS.find((each) => each === said) ?? null;
}
