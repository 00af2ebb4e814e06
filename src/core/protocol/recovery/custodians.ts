/**
 * The authority's recovery key, which nobody holds: made in an administrator's browser, split among custodians, each
 * share sealed to the custodian's identity key, so that it outlives their devices. Must never return the whole key, nor
 * take a statement for good that an administrator whom this device knows has not signed.
 */
import { concatBytes, equalBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { sign, verify, type SigningKeys } from '#core/crypto/ed25519.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { isSplitOf, makeSplitKey, shareKeyOf, type KeyShare } from '#core/crypto/threshold.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import {
	importX25519Private,
	importX25519Public,
	x25519OfEd25519,
	x25519SecretOfEd25519
} from '#core/crypto/x25519.ts';
import {
	custodiansMessage,
	encodeCustodians,
	readCustodians,
	type CustodiansStatement
} from '#shared/domain/custodians.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';

const SHARE_LABEL = utf8('dienstweg/custodian-share/v1');
const ENC_BYTES = 32;

/** Whom a message to a person's identity key is for, and what it belongs to. */
const sealToIdentity = async (
	identityKey: Uint8Array,
	info: Uint8Array,
	{ aad, plaintext }: { aad: Uint8Array; plaintext: Uint8Array }
): Promise<Uint8Array> => {
	const to = await importX25519Public(x25519OfEd25519(identityKey));
	const { enc, ct } = await hpkeSeal(to, info, { aad, plaintext });
	return concatBytes(enc, ct);
};

async function openWithIdentity(
	identitySecretKey: Uint8Array,
	info: Uint8Array,
	{ aad, sealed }: { aad: Uint8Array; sealed: Uint8Array }
): Promise<Uint8Array> {
	const secret = x25519SecretOfEd25519(identitySecretKey);
	try {
		return await hpkeOpen(await importX25519Private(secret), info, {
			aad,
			sealed: { enc: sealed.slice(0, ENC_BYTES), ct: sealed.slice(ENC_BYTES) }
		});
	} catch (cause) {
		throw new ProtocolError('forged', 'sealed to an identity', { cause });
	} finally {
		wipe(secret);
	}
}

const shareBytes = (id: string, custodian: string): Uint8Array =>
	concatBytes(uuidToBytes(id), uuidToBytes(custodian));

export interface NewCustodians {
	statement: Uint8Array;
	shares: { custodian: string; body: Uint8Array }[];
}

/** A new key among these people, at least two. The administrator signs it. */
export async function makeCustodians(
	{ id, number, at, authority }: { id: string; number: number; at: number; authority: string },
	people: readonly { person: string; identityKey: Uint8Array }[],
	admin: { person: string; identity: SigningKeys }
): Promise<NewCustodians> {
	const { publicKey, shares, shareKeys } = makeSplitKey(people.length);
	try {
		const body = encodeCustodians({
			id,
			number,
			at,
			publicKey,
			custodians: people.map((each, index) => ({
				...each,
				shareKey: shareKeys[index] ?? new Uint8Array()
			})),
			admin: admin.person,
			adminKey: admin.identity.publicKey
		});
		const signature = await sign(custodiansMessage(authority, body), admin.identity.secretKey);
		const sealed = await Promise.all(
			people.map(async ({ person, identityKey }, index) => ({
				custodian: person,
				body: await sealToIdentity(identityKey, SHARE_LABEL, {
					aad: shareBytes(id, person),
					plaintext: shares[index]?.secret ?? new Uint8Array()
				})
			}))
		);
		return { statement: concatBytes(body, signature), shares: sealed };
	} finally {
		wipe(...shares.map(({ secret }) => secret));
	}
}

/** What this device knows of people. */
export interface KnownPeople {
	/** Domain of the authority. */
	authority: string;
	identityKeyOf(person: string): Uint8Array | undefined;
	isAdmin(person: string): boolean;
}

/** The statement of a signed key, whoever signed it. Throws `malformed` or `forged`. */
export async function openStatement(
	authority: string,
	bytes: Uint8Array
): Promise<CustodiansStatement> {
	const read = readCustodians(bytes);
	requireThat(read !== null, 'statement on custodians', 'malformed');
	const { statement, body, signature } = read;
	const isSigned = await verify(signature, custodiansMessage(authority, body), statement.adminKey);
	requireThat(isSigned, 'signature on custodians', 'forged');
	const shareKeys = statement.custodians.map(({ shareKey }) => shareKey);
	requireThat(isSplitOf(statement.publicKey, shareKeys), 'shares of another key', 'forged');
	return statement;
}

/**
 * The same for a device that is to seal for it, or to hold a share: throws `forged` unless an administrator has signed
 * it, and all of them have the keys that this device relies on.
 */
export async function checkStatement(
	{ authority, identityKeyOf, isAdmin }: KnownPeople,
	bytes: Uint8Array
): Promise<CustodiansStatement> {
	const statement = await openStatement(authority, bytes);
	const isKnown = ({ person, identityKey }: { person: string; identityKey: Uint8Array }) => {
		const pinned = identityKeyOf(person);
		return pinned !== undefined && equalBytes(pinned, identityKey);
	};
	const { admin, adminKey, custodians } = statement;
	requireThat(isAdmin(admin), 'custodians by no administrator', 'forged');
	const people = [...custodians, { person: admin, identityKey: adminKey }];
	requireThat(people.every(isKnown), 'somebody with another key', 'forged');
	return statement;
}

/** A custodian's own share; throws `forged` for one that does not belong to the key. */
export async function openShare(
	{ person, identity }: { person: string; identity: SigningKeys },
	{ id, custodians }: CustodiansStatement,
	sealed: Uint8Array
): Promise<KeyShare> {
	const at = custodians.findIndex((each) => each.person === person);
	const own = custodians[at];
	requireThat(own !== undefined, 'no custodian', 'not_allowed');
	const secret = await openWithIdentity(identity.secretKey, SHARE_LABEL, {
		aad: shareBytes(id, person),
		sealed
	});
	let isRight = false;
	try {
		isRight = equalBytes(shareKeyOf(secret), own.shareKey);
	} catch (cause) {
		throw new ProtocolError('forged', 'share', { cause });
	}
	requireThat(isRight, 'share of another key', 'forged');
	return { index: at + 1, secret };
}

const AUTH_LABEL = utf8('dienstweg/recovery-request/auth/v1');

/** The key by which a custodian knows whoever has the link, sealed to the custodian. */
export const sealRequestKey = (
	custodian: { person: string; identityKey: Uint8Array },
	request: string,
	key: Uint8Array
): Promise<Uint8Array> =>
	sealToIdentity(custodian.identityKey, AUTH_LABEL, {
		aad: shareBytes(request, custodian.person),
		plaintext: key
	});

/** Throws `forged`. */
export const openRequestKey = (
	{ person, identity }: { person: string; identity: SigningKeys },
	request: string,
	sealed: Uint8Array
): Promise<Uint8Array> =>
	openWithIdentity(identity.secretKey, AUTH_LABEL, { aad: shareBytes(request, person), sealed });
