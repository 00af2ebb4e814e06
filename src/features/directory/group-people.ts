/** Puts people under headings for the address book: by department, or by first letter. Pure. */
import type { KnownPerson } from '#core/engine/api.ts';
import { foldText } from '#shared/domain/text-match.ts';

export type Grouping = 'department' | 'name';

export interface PeopleGroup {
	/** Department or letter; empty for people without a department, who come last. */
	heading: string;
	people: KnownPerson[];
}

export function groupPeople(
	people: readonly KnownPerson[],
	grouping: Grouping,
	locale: string
): PeopleGroup[] {
	const collator = new Intl.Collator(locale);
	const groups = new Map<string, KnownPerson[]>();
	for (const person of people) {
		const heading = grouping === 'name' ? firstLetter(person.displayName) : person.department;
		const group = groups.get(heading);
		if (group) group.push(person);
		else groups.set(heading, [person]);
	}
	return [...groups]
		.map(([heading, members]) => ({
			heading,
			people: members.toSorted(
				(one, other) =>
					collator.compare(one.displayName, other.displayName) ||
					Number(other.hasDevice) - Number(one.hasDevice)
			)
		}))
		.toSorted(
			(one, other) =>
				Number(one.heading === '') - Number(other.heading === '') ||
				collator.compare(one.heading, other.heading)
		);
}

/** Departments that have people, sorted. */
export function listDepartments(people: readonly KnownPerson[], locale: string): string[] {
	const departments = new Set(people.map((person) => person.department).filter(Boolean));
	return [...departments].toSorted(new Intl.Collator(locale).compare);
}

/** `Ärzte` stands under A; what is no letter stands under `#`. */
function firstLetter(name: string): string {
	const letter = foldText([...name.trim()][0] ?? '')
		.charAt(0)
		.toUpperCase();
	return /\p{L}/u.test(letter) ? letter : '#';
}
