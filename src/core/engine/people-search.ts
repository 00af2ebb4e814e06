/** Finds people as one types: by the beginnings of words in name, department and function. */
import type { Person } from '#shared/contract/directory.ts';

/** Müller, Mueller and Muller are the same; so are upper and lower case, and ß and ss. */
const foldText = (text: string): string =>
	text
		.toLowerCase()
		.replaceAll('ß', 'ss')
		.normalize('NFD')
		.replaceAll(/\p{M}/gu, '')
		.replaceAll(/([aou])e/g, '$1');

const wordsOf = (text: string): string[] =>
	foldText(text)
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);

/** Every word of the query begins a word of the person. */
export function matchesPerson(person: Person, query: string): boolean {
	const { displayName, department, functionTitle } = person;
	const words = wordsOf(`${displayName} ${department} ${functionTitle}`);
	return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}
