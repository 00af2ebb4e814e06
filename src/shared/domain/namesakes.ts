/** People who are called the same: for whoever might take one for the other. Pure. */
import { foldText } from './text-match.ts';

const plain = (name: string): string =>
	foldText(name.normalize('NFC').trim().replace(/\s+/gu, ' '));

/** However it is spelled: `Jörg Müller` and `joerg  mueller` are one name. Nobody for an empty one. */
export function findNamesakes<One extends { displayName: string }>(
	people: readonly One[],
	name: string
): One[] {
	const wanted = plain(name);
	return wanted === '' ? [] : people.filter(({ displayName }) => plain(displayName) === wanted);
}
