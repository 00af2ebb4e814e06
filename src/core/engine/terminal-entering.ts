/**
 * The terminal's side of a visit: offers keys, waits for a grant, comes in with it. The store that it comes into must
 * be in memory only: whoever calls sees to that.
 */
import type { TerminalDuty } from '#shared/contract/terminals.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { signInMessage } from '#shared/contract/session.ts';
import { equalBytes, fromBase64url, toBase64url, wipe } from '#core/crypto/bytes.ts';
import { sign, type SigningKeys } from '#core/crypto/ed25519.ts';
import { readCertificate, verifyCertificate } from '#core/protocol/certificate.ts';
import { CODE_SYMBOLS, makeOffer, type TerminalOfferKeys } from '#core/protocol/terminal/offer.ts';
import { openTerminalGrant, type TerminalGrant } from '#core/protocol/terminal/terminal-grant.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { openStore, type Store } from '#core/store/database.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { EngineOptions } from './options.ts';

/** A code that is on the screen, or was a moment ago. */
export interface Offered {
	/** Whether people may sign in by code and PIN as well. */
	withPin: boolean;
	/** For a link in a QR code; begins with the code to be typed. */
	fingerprint: string;
	keys: TerminalOfferKeys;
}

/** What somebody was let in with, and the keys of the device that comes in. */
export interface Visit {
	grant: TerminalGrant;
	signature: SigningKeys;
}

export const codeOf = (fingerprint: string): string => fingerprint.slice(0, CODE_SYMBOLS);

/** Makes keys and offers them. Rejects with `terminal_unknown` or `offline`. */
export async function offerVisit({ terminals }: Transport, token: string): Promise<Offered> {
	const keys = await makeOffer();
	const { withPin } = await terminals.offer({
		token,
		code: codeOf(keys.fingerprint),
		sealingKey: toBase64url(keys.sealing.publicKey),
		signatureKey: toBase64url(keys.signature.publicKey)
	});
	return { withPin, fingerprint: keys.fingerprint, keys };
}

export const forgetOffer = ({ keys }: Offered): void =>
	wipe(keys.sealing.secretKey, keys.signature.secretKey);

/** What somebody has granted; null while nobody has. Throws `ProtocolError` for what is none. */
export async function awaitVisit(
	{ terminals }: Transport,
	token: string,
	offers: readonly Offered[]
): Promise<Visit | null> {
	const { granted } = await terminals.await({ token });
	const offered = offers.find(({ fingerprint }) => codeOf(fingerprint) === granted?.code);
	if (!granted || !offered) return null;
	const { secretKey } = offered.keys.sealing;
	const grant = await openTerminalGrant(secretKey, granted.code, fromBase64url(granted.sealed));
	return { grant, signature: offered.keys.signature };
}

/** Nobody but the person's device can have made the certificate; anything else would be refused in every group. */
async function requireOwn({ grant, signature }: Visit): Promise<void> {
	const certificate = fromBase64url(grant.certificate);
	const claims = readCertificate(certificate);
	const isOwn =
		claims.device === grant.device &&
		claims.person === grant.person &&
		claims.kind === 'terminal' &&
		claims.authority === grant.authority &&
		equalBytes(claims.signatureKey, signature.publicKey) &&
		(await verifyCertificate(certificate, fromBase64url(grant.identityKey)));
	if (!isOwn) throw new DienstwegError('permit_unknown');
}

/** Whom the person's device relies on, before the directory tells anything else. */
const pinned = ({ id, key }: TerminalGrant['people'][number]) => ({
	id,
	displayName: '',
	department: '',
	functionTitle: '',
	phone: '',
	email: '',
	role: 'member' as const,
	status: 'active' as const,
	identityKey: key,
	pinnedKey: key
});

async function keepGrant(store: Store, grant: TerminalGrant, account: AccountFact): Promise<void> {
	const { generation, publicKey } = grant.drafts;
	const epochKeys = grant.conversations.flatMap(({ id, keys }) =>
		keys.map(({ epoch, kid, key }) => ({
			conversation: id,
			epoch,
			kid: fromBase64url(kid),
			key: fromBase64url(key)
		}))
	);
	const profiles = grant.conversations.flatMap(({ id, title }) =>
		title ? [{ conversation: id, title: title.text, picture: null, seq: title.seq }] : []
	);
	await store.write(['facts', 'people', 'epochKeys', 'profiles'], async (tables) => {
		await tables.facts.put(account);
		await tables.facts.put({
			name: 'terminal',
			drafts: { generation, publicKey: fromBase64url(publicKey) }
		});
		await tables.people.bulkPut(grant.people.map(pinned));
		await tables.epochKeys.bulkPut(epochKeys);
		await tables.profiles.bulkPut(profiles);
	});
}

/** Afterwards the store holds the visit, and may be opened. Rejects with `permit_unknown` or `offline`. */
export async function enterVisit(
	options: EngineOptions & Visit & { terminal: TerminalDuty }
): Promise<void> {
	const { transport, databases, name, grant, terminal } = options;
	await requireOwn(options);
	const authority = await transport.authority.info();
	if (authority.domain !== grant.authority) throw new DienstwegError('permit_unknown');
	const { publicKey, secretKey } = options.signature;
	const signature = { publicKey: publicKey.slice(), secretKey: secretKey.slice() };
	const account: AccountFact = {
		name: 'account',
		person: grant.person,
		authority,
		identity: { publicKey: fromBase64url(grant.identityKey), secretKey: null },
		signature,
		deviceId: grant.device,
		certificate: fromBase64url(grant.certificate),
		device: null,
		invitationToken: grant.token
	};
	const key = options.key.slice();
	const store = await openStore({ databases, name, key });
	try {
		await keepGrant(store, grant, account);
		const message = signInMessage(authority.domain, grant.device, grant.token);
		const me = await transport.entering.enter({
			token: grant.token,
			device: {
				id: grant.device,
				name: terminal.name,
				kind: 'terminal',
				signatureKey: toBase64url(signature.publicKey),
				certificate: grant.certificate
			},
			proof: toBase64url(await sign(message, signature.secretKey))
		});
		await store.write(['facts', 'people'], async ({ facts, people }) => {
			await facts.put({ ...account, device: me.device });
			await people.put({ ...me.person, pinnedKey: grant.identityKey });
		});
	} finally {
		store.close();
		wipe(key);
	}
}
