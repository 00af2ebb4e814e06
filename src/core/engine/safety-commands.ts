/** Commands by which people make sure of each other's keys. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { compareSafetyCode } from '#core/protocol/safety-number.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { Commands } from './api.ts';
import { partiesOf } from './safety-view.ts';

export type SafetyCommands = {
	[Each in 'checkSafetyCode' | 'setVerified']: (
		input: Commands[Each]['input']
	) => Promise<Commands[Each]['output']>;
};

export function safetyCommands(sync: Sync, account: AccountFact): SafetyCommands {
	const { directory, shared } = sync.context;
	const setVerified = async (person: string, isVerified: boolean): Promise<void> => {
		await directory.setVerified(person, isVerified);
		await shared.verified.tell(person, isVerified ? directory.pinnedKeyOf(person) : null);
	};
	const requireParties = (person: string) => {
		const parties = partiesOf(account, directory, person);
		if (!parties) throw new DienstwegError('not_found');
		return parties;
	};
	return {
		async checkSafetyCode({ person, text }) {
			const { self, other } = requireParties(person);
			const verdict = compareSafetyCode(text, self, other);
			if (verdict === 'same') await setVerified(person, true);
			return { verdict };
		},
		async setVerified({ person, isVerified }) {
			requireParties(person);
			await setVerified(person, isVerified);
		}
	};
}
