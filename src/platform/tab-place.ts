/** Where a tab was before it left its process. Addresses hold random identifiers, nothing readable. */
const PLACE = 'dienstweg-place';

export const keepPlace = (): void =>
	sessionStorage.setItem(PLACE, location.pathname + location.search);

/** Said once. */
export function takePlace(): string | null {
	const place = sessionStorage.getItem(PLACE);
	sessionStorage.removeItem(PLACE);
	return place;
}
