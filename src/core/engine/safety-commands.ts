/** Commands by which people make sure of each other's keys, and administrators of those of people who joined anew. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { compareSafetyCode } from '#core/protocol/safety-number.ts';
import { signVouch } from '#core/protocol/vouch.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import { newInvitationSecret } from './invitation-secrets.ts';
import type { SafetyCommands } from './safety-api.ts';
import { partiesOf } from './safety-view.ts';

export type SafetyHandlers = {
	[Each in keyof SafetyCommands]: (
		input: SafetyCommands[Each]['input']
	) => Promise<SafetyCommands[Each]['output']>;
};

export function safetyCommands(sync: Sync, account: AccountFact, origin: string): SafetyHandlers {
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
		},
		async reinvite(input) {
			const { link, tokenHash } = newInvitationSecret(origin);
			const id = uuidV4();
			const invitation = await server.call(({ enrolment }) =>
				enrolment.reinvite({ ...input, id, tokenHash })
			);
			return { invitation, link };
		}
	};
}
