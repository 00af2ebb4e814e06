/**
 * A person without any device comes with a link from IT: shows a number, waits for two custodians, and puts their parts
 * together. What that opens goes on as an account that was received. Must never open anything but the person's own copy,
 * nor believe a part that its custodian has not made.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { PresentedRecovery, RecoveryPart } from '#shared/contract/recovery.ts';
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import { approvalMessage } from '#shared/domain/restoration.ts';
import { equalBytes, fromBase64url, toBase64url, wipe } from '#core/crypto/bytes.ts';
import { verify } from '#core/crypto/ed25519.ts';
import { hpkeGenerateKeyPair } from '#core/crypto/hpke.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { combinePartials, isPartialOf, type CheckedPartial } from '#core/crypto/threshold.ts';
import type { AccountGrant } from '#core/protocol/account/account-grant.ts';
import { openCustodianCopy, readCustodianCopy } from '#core/protocol/recovery/custodian-copy.ts';
import { openStatement } from '#core/protocol/recovery/custodians.ts';
import { hashOfToken } from '#core/protocol/recovery/recovery-code.ts';
import {
	fingerprintOfStatement,
	openPart,
	readRestoreLink,
	requesterMac,
	requesterNumber,
	type RestoreLink
} from '#core/protocol/recovery/restore-request.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { RestorePreview } from './joining.ts';

const TOKEN_BYTES = 32;

export interface RestoreAttempt {
	readonly preview: RestorePreview;
	/** Who has approved; with two of them, the account. The caller wipes it. Rejects with `recovery_…`. */
	look(): Promise<Looked>;
	/** Zero-fills the key. */
	end(): void;
}

interface Looked {
	approvedBy: string[];
	grant: AccountGrant | null;
}

interface Attempt {
	transport: Transport;
	link: RestoreLink;
	presented: PresentedRecovery;
	statement: CustodiansStatement;
	keys: { publicKey: Uint8Array; secretKey: Uint8Array };
}

const foreign = (cause: unknown): DienstwegError =>
	new DienstwegError('recovery_unknown', {}, { cause });

/** Null for a part that is none of this custodian's, for this new device. */
async function checkPart(
	{ presented, statement, keys }: Attempt,
	{ sent, identityKey }: { sent: Uint8Array; identityKey: Uint8Array },
	{ custodian, body, at, signature }: RecoveryPart
): Promise<CheckedPartial | null> {
	const index = statement.custodians.findIndex(({ person }) => person === custodian);
	const known = statement.custodians[index];
	if (!known || custodian === presented.person) return null;
	const { request, person, authority } = presented;
	const restoration = { request, person, identityKey, requesterKey: keys.publicKey };
	const message = approvalMessage(authority, restoration, { custodian, at });
	if (!(await verify(fromBase64url(signature), message, known.identityKey))) return null;
	try {
		const partial = await openPart(keys.secretKey, { request, custodian }, fromBase64url(body));
		return isPartialOf(known.shareKey, sent, partial) ? { index: index + 1, partial } : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

async function look(attempt: Attempt): Promise<Looked> {
	const { transport, link, presented, statement, keys } = attempt;
	const input = { token: toBase64url(link.token), key: toBase64url(keys.publicKey) };
	const { identityKey: encoded, parts } = await transport.recovery.awaited(input);
	if (parts.length === 0) return { approvedBy: [], grant: null };
	// The server's word, which the custodians' signatures have to bear out.
	const identityKey = fromBase64url(encoded);
	const { person, generation } = presented;
	const place = { key: statement.id, person, generation };
	const { sent, sealed } = await readCustodianCopy(
		identityKey,
		place,
		fromBase64url(presented.body)
	);
	const checked = await Promise.all(
		parts.map((part) => checkPart(attempt, { sent, identityKey }, part))
	);
	const [one, other] = checked.filter((part) => part !== null);
	const approvedBy = parts.flatMap(({ custodian }, at) => (checked[at] ? [custodian] : []));
	if (!one || !other) return { approvedBy, grant: null };
	const key = combinePartials(statement.publicKey, sent, [one, other]);
	const copy = await openCustodianCopy(key, place, {
		sealed,
		identityKey,
		generationSignature: fromBase64url(presented.signature)
	});
	wipe(key, one.partial, other.partial);
	const token = randomBytes(TOKEN_BYTES);
	await transport.recovery.finish({ ...input, permitHash: hashOfToken(token) });
	const { authority, identity, backupKey } = copy;
	return {
		approvedBy,
		grant: {
			person,
			authority,
			identity,
			generations: [backupKey],
			token,
			restoredBy: presented.request
		}
	};
}

/**
 * Comes with the link. Rejects with `recovery_unknown` for one that is none, or not for what the server shows, and with
 * another `recovery_…` for one that is over.
 */
export async function presentRestoreLink(
	transport: Transport,
	fragment: string
): Promise<RestoreAttempt> {
	const link = readRestoreLink(fragment);
	if (!link) throw new DienstwegError('recovery_unknown');
	const authority = await transport.authority.info();
	const { publicKey, privateKey } = await hpkeGenerateKeyPair();
	const presented = await transport.recovery.present({
		token: toBase64url(link.token),
		key: toBase64url(publicKey),
		mac: toBase64url(requesterMac(link.auth, publicKey))
	});
	const bytes = fromBase64url(presented.statement);
	if (!equalBytes(fingerprintOfStatement(bytes), link.fingerprint))
		throw foreign('other custodians than the link was made for');
	let statement: CustodiansStatement;
	try {
		statement = await openStatement(presented.authority, bytes);
	} catch (cause) {
		throw foreign(cause);
	}
	const keys = { publicKey, secretKey: privateKey.bytes };
	const attempt = { transport, link, presented, statement, keys };
	return {
		preview: {
			displayName: presented.displayName,
			authority: authority.name,
			number: requesterNumber(link.auth, publicKey),
			// The link says who they are; what they are called is the server's word.
			custodians: presented.names.filter(({ person }) =>
				statement.custodians.some((each) => each.person === person)
			),
			expiresAt: presented.expiresAt
		},
		async look() {
			try {
				return await look(attempt);
			} catch (cause) {
				if (cause instanceof ProtocolError || cause instanceof RangeError) throw foreign(cause);
				throw cause;
			}
		},
		end: () => wipe(keys.secretKey, link.auth)
	};
}
