/** What was entered about a person, before it is sent. */
import type { PersonDetails } from '#shared/contract/directory.ts';

/** Without the spaces around it that keyboards and clipboards add. */
export const trimDetails = (details: PersonDetails): PersonDetails => ({
	displayName: details.displayName.trim(),
	department: details.department.trim(),
	functionTitle: details.functionTitle.trim(),
	phone: details.phone.trim(),
	email: details.email.trim()
});

/** Function and department on one line, as far as they are known. */
export const placeOf = ({
	functionTitle,
	department
}: Pick<PersonDetails, 'functionTitle' | 'department'>): string =>
	[functionTitle, department].filter(Boolean).join(' · ');
