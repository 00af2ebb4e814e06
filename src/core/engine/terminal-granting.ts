/**
 * A person's device lets a terminal in for one visit. Owns what the terminal is given, which is what the policy allows
 * it to read and not more. Must never give it a secret of the account.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { TerminalPlate } from '#shared/contract/terminals.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import { leftDraftsKeys } from '#core/protocol/terminal/left-drafts.ts';
import { CODE_SYMBOLS, isOfferedAs, readOfferCode } from '#core/protocol/terminal/offer.ts';
import { sealTerminalGrant, type TerminalGrant } from '#core/protocol/terminal/terminal-grant.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import type { SyncContext } from '#core/sync/context.ts';
import { readPolicy } from '#core/sync/policy.ts';

const DAY = 24 * 60 * 60_000;
/** The same everywhere: colleagues, who see certificates, learn nothing of where somebody sits. */
const CERTIFIED_NAME = 'Terminal';

interface Offer {
	code: string;
	terminal: TerminalPlate;
	sealingKey: Uint8Array;
	signatureKey: Uint8Array;
}

/** What the server says of a terminal, checked against what was read from its screen. Throws `terminal_code_unknown`. */
export async function findOffer({ server }: SyncContext, text: string): Promise<Offer> {
	const read = readOfferCode(text.slice(text.lastIndexOf('#') + 1));
	if (read === null) throw new DienstwegError('terminal_code_unknown');
	const code = read.slice(0, CODE_SYMBOLS);
	const found = await server.call(({ terminals }) => terminals.find({ code }));
	const sealingKey = fromBase64url(found.sealingKey);
	const signatureKey = fromBase64url(found.signatureKey);
	if (!isOfferedAs(read, { sealingKey, signatureKey }))
		throw new DienstwegError('terminal_code_unknown');
	return { code, terminal: found.terminal, sealingKey, signatureKey };
}

/**
 * Keys of all epochs in which something was sent since then: from the epoch on of the last thing before. What stands in
 * the log after it can be of no earlier one.
 */
async function keysSince(
	{ store }: SyncContext,
	conversation: string,
	since: number
): Promise<TerminalGrant['conversations'][number]['keys']> {
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
): Promise<TerminalGrant['conversations'][number]> {
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
): Promise<TerminalGrant['people']> {
	const ids = new Set(conversations.flatMap(({ members }) => members.map(({ person }) => person)));
	const records = await store.read.people.bulkGet([...ids]);
	return records.flatMap((record) =>
		record?.pinnedKey ? [{ id: record.id, key: record.pinnedKey }] : []
	);
}

/** Rejects with `terminal_code_unknown`, and with `unavailable` before the account's keys have come. */
export async function grantVisit(
	context: SyncContext,
	account: AccountFact,
	text: string
): Promise<void> {
	const { server, store, self } = context;
	const { identity } = account;
	const { code, sealingKey, signatureKey } = await findOffer(context, text);
	await context.account.prepare();
	const backupKey = context.account.newest();
	if (identity.secretKey === null) throw new DienstwegError('forbidden');
	if (backupKey === null) throw new DienstwegError('unavailable');
	const { policy } = await readPolicy(store.read);
	const all = await store.read.conversations.toArray();
	// Those that the person is out of as well: who is let in again meanwhile may read what was there before.
	const known = all.filter(({ onServer }) => onServer);
	const token = randomBytes(32);
	const device = uuidV4();
	const authority = account.authority.domain;
	const certificate = await issueCertificate(
		{
			person: self.person,
			device,
			name: CERTIFIED_NAME,
			kind: 'terminal',
			authority,
			signatureKey,
			issuedAt: context.now()
		},
		{ publicKey: identity.publicKey, secretKey: identity.secretKey }
	);
	const { publicKey } = await leftDraftsKeys(backupKey);
	const sealed = await sealTerminalGrant(sealingKey, code, {
		person: self.person,
		authority,
		identityKey: toBase64url(identity.publicKey),
		device,
		certificate: toBase64url(certificate),
		token: toBase64url(token),
		drafts: { generation: backupKey.generation, publicKey: toBase64url(publicKey) },
		people: await peopleOf(context, known),
		conversations: await Promise.all(
			known.map((record) => sharedOf(context, record, policy.terminalDays))
		)
	});
	const tokenHash = toBase64url(sha256(token));
	await server.call(({ terminals }) =>
		terminals.grant({ code, tokenHash, sealed: toBase64url(sealed) })
	);
}
