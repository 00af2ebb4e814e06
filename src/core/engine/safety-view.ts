/** What two people compare, for the screen that shows it. */
import { safetyCode, safetyNumber, type Party } from '#core/protocol/safety-number.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Directory } from '#core/sync/directory.ts';
import { define } from './view-definition.ts';

/** The two who compare; null where there are no two, or the other's key is not known here. */
export function partiesOf(
	{ person: me, identity }: Pick<AccountFact, 'person' | 'identity'>,
	directory: Pick<Directory, 'identityKeyOf'>,
	person: string
): { self: Party; other: Party } | null {
	const identityKey = directory.identityKeyOf(person);
	if (identityKey === undefined || person === me) return null;
	const self = { person: me, identityKey: identity.publicKey };
	return { self, other: { person, identityKey } };
}

export const SAFETY_VIEW = define<'safety', []>({
	read: [],
	present(_rows, { account, directory, find }, { person: id }) {
		const parties = partiesOf(account, directory, id);
		const person = find(id);
		if (!parties || !person) return null;
		const { self, other } = parties;
		return { person, number: safetyNumber(self, other), code: safetyCode(self, other) };
	},
	listens: true
});
