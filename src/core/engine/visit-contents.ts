/**
 * What a terminal is given for a visit, which is what the policy allows it to read and not more, and the certificate of
 * its device. Must never give it a secret of the account.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import { leftDraftsKeys } from '#core/protocol/terminal/left-drafts.ts';
import type { VisitContents } from '#core/protocol/terminal/terminal-grant.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import type { SyncContext } from '#core/sync/context.ts';
import { readPolicy } from '#core/sync/policy.ts';

const DAY = 24 * 60 * 60_000;
/** The same everywhere: colleagues, who see certificates, learn nothing of where somebody sits. */
const CERTIFIED_NAME = 'Terminal';

/**
 * Keys of all epochs in which something was sent since then: from the epoch on of the last thing before. What stands in
 * the log after it can be of no earlier one.
 */
async function keysSince(
	{ store }: SyncContext,
	conversation: string,
	since: number
): Promise<VisitContents['conversations'][number]['keys']> {
	const before = await store.read.messages
		.where('[conversation+order]')
		.between([conversation, 0], [conversation, Infinity])
		.reverse()
		.filter(({ at }) => at < since)
		.first();
	const keys = await store.read.epochKeys
		.where('[conversation+epoch]')
		.between([conversation, before?.epoch ?? 0], [conversation, Infinity])
		.toArray();
	return keys.map(({ epoch, kid, key }) => ({
		epoch,
		kid: toBase64url(kid),
		key: toBase64url(key)
	}));
}

async function sharedOf(
	context: SyncContext,
	{ id, kind }: ConversationRecord,
	days: number
): Promise<VisitContents['conversations'][number]> {
	const profile = kind === 'group' ? await context.store.read.profiles.get(id) : undefined;
	return {
		id,
		title: profile ? { text: profile.title, seq: profile.seq } : null,
		keys: days === 0 ? [] : await keysSince(context, id, context.now() - days * DAY)
	};
}

/** Keys of those whom the person writes with: the terminal would else have to believe the server. */
async function peopleOf(
	{ store }: SyncContext,
	conversations: readonly ConversationRecord[]
): Promise<VisitContents['people']> {
	const ids = new Set(conversations.flatMap(({ members }) => members.map(({ person }) => person)));
	const records = await store.read.people.bulkGet([...ids]);
	return records.flatMap((record) =>
		record?.pinnedKey ? [{ id: record.id, key: record.pinnedKey }] : []
	);
}

/** Rejects with `unavailable` before the account's keys have come. */
export async function visitContents(
	context: SyncContext,
	account: AccountFact
): Promise<VisitContents> {
	const { store, self } = context;
	await context.account.prepare();
	const backupKey = context.account.newest();
	if (backupKey === null) throw new DienstwegError('unavailable');
	const { policy } = await readPolicy(store.read);
	const all = await store.read.conversations.toArray();
	// Those that the person is out of as well: who is let in again meanwhile may read what was there before.
	const known = all.filter(({ onServer }) => onServer);
	const { publicKey } = await leftDraftsKeys(backupKey);
	return {
		person: self.person,
		authority: account.authority.domain,
		identityKey: toBase64url(account.identity.publicKey),
		drafts: { generation: backupKey.generation, publicKey: toBase64url(publicKey) },
		people: await peopleOf(context, known),
		conversations: await Promise.all(
			known.map((record) => sharedOf(context, record, policy.terminalDays))
		)
	};
}

/** A terminal's device for these keys. Rejects with `forbidden` where this device speaks for nobody. */
export async function certifyVisitor(
	{ self, now }: SyncContext,
	{ identity, authority }: AccountFact,
	signatureKey: Uint8Array
): Promise<{ device: string; certificate: string }> {
	const { publicKey, secretKey } = identity;
	if (secretKey === null) throw new DienstwegError('forbidden');
	const device = uuidV4();
	const certificate = await issueCertificate(
		{
			person: self.person,
			device,
			name: CERTIFIED_NAME,
			kind: 'terminal',
			authority: authority.domain,
			signatureKey,
			issuedAt: now()
		},
		{ publicKey, secretKey }
	);
	return { device, certificate: toBase64url(certificate) };
}
