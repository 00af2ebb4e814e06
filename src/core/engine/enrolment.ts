/**
 * A new device joins from a link: makes keys, writes them down, redeems the invitation. Safe to repeat:
 * what was made for an invitation is used again, and a redemption whose answer got lost is found out.
 */
import type { RedeemInvitationInput } from '#shared/contract/enrolment.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Me } from '#shared/contract/session.ts';
import { signInMessage } from '#shared/contract/session.ts';
import { toBase64url, wipe } from '#core/crypto/bytes.ts';
import { generateSigningKeys, sign } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import type { Store } from '#core/store/database.ts';
import { openStore } from '#core/store/database.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { publishKeyPackages, stockKeyPackages } from '#core/sync/key-packages.ts';
import { signIn } from '#core/sync/server.ts';
import type { InvitationInput } from './api.ts';
import { tokenOf } from './invitation-secrets.ts';
import type { EngineOptions } from './options.ts';

/** Keys and certificate of a new device, on disk before anybody learns of them. */
async function prepareAccount(
	store: Store,
	{ transport, device, clock = Date }: EngineOptions & InvitationInput,
	token: string
): Promise<AccountFact> {
	const known = await store.read.facts.get('account');
	if (known?.name === 'account' && (known.device || known.invitationToken === token)) return known;
	const [authority, preview] = await Promise.all([
		transport.authority.info(),
		transport.enrolment.peek({ token })
	]);
	const [identity, signature] = [await generateSigningKeys(), await generateSigningKeys()];
	const deviceId = uuidV4();
	const certificate = await issueCertificate(
		{
			person: preview.personId,
			device: deviceId,
			name: device.name,
			kind: device.kind,
			authority: authority.domain,
			signatureKey: signature.publicKey,
			issuedAt: clock.now()
		},
		identity
	);
	const account: AccountFact = {
		name: 'account',
		person: preview.personId,
		authority,
		identity,
		signature,
		deviceId,
		certificate,
		device: null,
		invitationToken: token,
		...(preview.again && { isAnew: true })
	};
	await store.write(['facts'], async (tables) => void (await tables.facts.put(account)));
	return account;
}

async function redeem(
	{ transport, displayName, device }: EngineOptions & InvitationInput,
	account: AccountFact,
	token: string
): Promise<Me> {
	const { authority, deviceId, signature, identity, certificate } = account;
	const proof = await sign(signInMessage(authority.domain, deviceId, token), signature.secretKey);
	const input: RedeemInvitationInput = {
		token,
		displayName,
		identityKey: toBase64url(identity.publicKey),
		device: {
			id: deviceId,
			name: device.name,
			kind: device.kind,
			signatureKey: toBase64url(signature.publicKey),
			certificate: toBase64url(certificate)
		},
		proof: toBase64url(proof)
	};
	try {
		return await transport.enrolment.redeem(input);
	} catch (error) {
		if (!(error instanceof DienstwegError) || error.code !== 'invitation_used') throw error;
		// Used by this very device, if it can sign in.
		const keys = { device: deviceId, authority: authority.domain, secretKey: signature.secretKey };
		return signIn(transport, keys).catch(() => {
			throw error;
		});
	}
}

/** Afterwards the store holds the account. Rejects with an `invitation_*` code or `offline`; may then be called again. */
export async function joinDevice(options: EngineOptions & InvitationInput): Promise<void> {
	const token = tokenOf(options.secret);
	const key = options.key.slice();
	const store = await openStore({ databases: options.databases, name: options.name, key });
	try {
		const account = await prepareAccount(store, options, token);
		if (!account.device) {
			// Ready before anybody can write: what is sent to a person without key packages has to wait.
			const self = { ...account, device: account.deviceId };
			const now = (): number => (options.clock ?? Date).now();
			const keyPackages = await stockKeyPackages({ store, self, now }, 0);
			const { person, device } = await redeem(options, account, token);
			const { devices } = options.transport;
			// Not vital here: an engine that opens publishes what is left.
			await publishKeyPackages({ store }, devices, keyPackages).catch(() => undefined);
			await store.write(['facts', 'people'], async ({ facts, people }) => {
				await facts.put({ ...account, device });
				await people.put({ ...person, pinnedKey: toBase64url(account.identity.publicKey) });
			});
		}
	} finally {
		store.close();
		wipe(key);
	}
}
