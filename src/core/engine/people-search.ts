/** Finds people as one types: by the beginnings of words in name, department and function. */
import type { Person } from '#shared/contract/directory.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';

/** Every word of the query begins a word of the person. */
export const matchesPerson = (person: Person, query: string): boolean =>
	matchesQuery(query, [person.displayName, person.department, person.functionTitle]);
