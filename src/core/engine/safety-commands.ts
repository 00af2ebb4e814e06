/** Commands by which people make sure of each other's keys, and administrators of those of people who joined anew. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { compareSafetyCode } from '#core/protocol/safety-number.ts';
import { signVouch } from '#core/protocol/vouch.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { Commands } from './api.ts';
import { partiesOf } from './safety-view.ts';

type Names = 'checkSafetyCode' | 'setVerified' | 'putAlarmAside' | 'logEvidence' | 'vouch';

export type SafetyCommands = {
	[Each in Names]: (input: Commands[Each]['input']) => Promise<Commands[Each]['output']>;
};

export function safetyCommands(sync: Sync, account: AccountFact): SafetyCommands {
	const { directory, shared, transparency, server, now } = sync.context;
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
		},
		putAlarmAside: ({ id }) => transparency.putAside(id),
		logEvidence: () => transparency.evidence(),
		async vouch({ person, key }) {
			const { secretKey } = account.identity;
			const formerKey = directory.identityKeyOf(person);
			if (!secretKey || person === account.person) throw new DienstwegError('forbidden');
			if (!formerKey) throw new DienstwegError('not_found');
			if (directory.find(person)?.identityKey !== key) throw new DienstwegError('conflict');
			const change = { person, newKey: fromBase64url(key), formerKey, at: now() };
			const signature = await signVouch(account.authority.domain, change, secretKey);
			await server.call((transport) =>
				transport.directory.vouch({
					person,
					newKey: key,
					formerKey: toBase64url(formerKey),
					at: change.at,
					signature: toBase64url(signature)
				})
			);
			// This device takes it on as everybody's does: from the log.
			await directory.refresh();
		}
	};
}
