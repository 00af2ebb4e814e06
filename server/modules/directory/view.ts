/** A person's row as the address book shows it. */
import type { DirectoryEntry, Person } from '#shared/contract/directory.ts';
import type { people } from '#server/db/schema/directory.ts';

export type PersonRow = typeof people.$inferSelect;

export const toPerson = (row: PersonRow): Person => ({
	id: row.id,
	displayName: row.displayName,
	department: row.department,
	functionTitle: row.functionTitle,
	phone: row.phone,
	email: row.email,
	role: row.role,
	status: row.status,
	identityKey: row.identityKey?.toString('base64url') ?? null
});

export const toEntry = ({
	person,
	hasDevice
}: {
	person: PersonRow;
	hasDevice: boolean;
}): DirectoryEntry => ({
	...toPerson(person),
	hasDevice,
	...(person.restoredAt && {
		restored: { at: person.restoredAt.getTime(), by: person.restoredBy ?? [] }
	})
});
