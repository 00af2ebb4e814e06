/**
 * One more device of a person: the device that lets it in makes a grant, the new one comes in with it. Owns neither the
 * way on which the grant travels, nor how people make sure of each other.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { signInMessage } from '#shared/contract/session.ts';
import { toBase64url, wipe } from '#core/crypto/bytes.ts';
import { generateSigningKeys, sign } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { AccountGrant } from '#core/protocol/account/account-grant.ts';
import { makeSealingKeys } from '#core/protocol/account/sealing-key.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import type { AccountFact, BackupFact } from '#core/store/account-records.ts';
import { openStore, type Store } from '#core/store/database.ts';
import { publishKeyPackages, stockKeyPackages } from '#core/sync/key-packages.ts';
import type { SyncContext } from '#core/sync/context.ts';
import type { DeviceDescription } from './api.ts';
import type { EngineOptions } from './options.ts';

const TOKEN_BYTES = 32;

/**
 * Permits one more device of the person, and puts together what it needs. The caller wipes it. Rejects with
 * `device_limit`, and with `forbidden` at a terminal.
 */
export async function makeGrant(
	{ account, server }: Pick<SyncContext, 'account' | 'server'>,
	{ authority, identity }: AccountFact
): Promise<AccountGrant> {
	await account.prepare();
	const token = randomBytes(TOKEN_BYTES);
	const tokenHash = toBase64url(sha256(token));
	await server.call(({ entering }) => entering.permit({ tokenHash }));
	return {
		person: account.person,
		authority: authority.domain,
		identity: {
			publicKey: identity.publicKey.slice(),
			secretKey: account.identitySecretKey.slice()
		},
		generations: account
			.generations()
			.map(({ generation, key }) => ({ generation, key: key.slice() })),
		token
	};
}

export const wipeGrant = ({ identity, generations, token }: AccountGrant): void =>
	wipe(identity.secretKey, token, ...generations.map(({ key }) => key));

/** Keys and certificate of the new device, on disk before anybody learns of them. */
async function prepareDevice(
	store: Store,
	{ transport, clock = Date }: EngineOptions,
	{ grant, device }: { grant: AccountGrant; device: DeviceDescription }
): Promise<AccountFact> {
	const invitationToken = toBase64url(grant.token);
	const known = await store.read.facts.get('account');
	if (known?.name === 'account' && (known.device || known.invitationToken === invitationToken))
		return known;
	const authority = await transport.authority.info();
	if (authority.domain !== grant.authority) throw new DienstwegError('permit_unknown');
	const signature = await generateSigningKeys();
	const deviceId = uuidV4();
	const certificate = await issueCertificate(
		{
			...device,
			person: grant.person,
			device: deviceId,
			authority: authority.domain,
			signatureKey: signature.publicKey,
			issuedAt: clock.now()
		},
		grant.identity
	);
	const { publicKey, secretKey } = grant.identity;
	const account: AccountFact = {
		name: 'account',
		person: grant.person,
		authority,
		identity: { publicKey: publicKey.slice(), secretKey: secretKey.slice() },
		signature,
		deviceId,
		certificate,
		device: null,
		invitationToken,
		...(grant.restoredBy !== undefined && { restoredBy: grant.restoredBy })
	};
	const backup: BackupFact = {
		name: 'backup',
		sealing: await makeSealingKeys(),
		isPublished: false,
		generations: grant.generations.map(({ generation, key }) => ({ generation, key: key.slice() })),
		items: 0
	};
	await store.write(['facts'], async ({ facts }) => {
		await facts.put(account);
		await facts.put(backup);
	});
	return account;
}

/**
 * Afterwards the store holds the account, and the device may be opened. Rejects with `permit_unknown`, `device_limit`
 * or `offline`; may then be called again with the same grant.
 */
export async function enterDevice(
	options: EngineOptions & { grant: AccountGrant; device: DeviceDescription }
): Promise<void> {
	const { transport, databases, name, grant, device } = options;
	const key = options.key.slice();
	const store = await openStore({ databases, name, key });
	try {
		const account = await prepareDevice(store, options, { grant, device });
		if (account.device) return;
		const { signature, deviceId, authority } = account;
		const self = { ...account, device: deviceId };
		const now = (): number => (options.clock ?? Date).now();
		const keyPackages = await stockKeyPackages({ store, self, now }, 0);
		const token = account.invitationToken;
		const proof = await sign(signInMessage(authority.domain, deviceId, token), signature.secretKey);
		const me = await transport.entering.enter({
			token,
			device: {
				...device,
				id: deviceId,
				signatureKey: toBase64url(signature.publicKey),
				certificate: toBase64url(account.certificate)
			},
			proof: toBase64url(proof)
		});
		// Not vital here: an engine that opens publishes what is left.
		await publishKeyPackages({ store }, transport.devices, keyPackages).catch(() => undefined);
		await store.write(['facts', 'people'], async ({ facts, people }) => {
			await facts.put({ ...account, device: me.device });
			const pinnedKey = toBase64url(account.identity.publicKey);
			await people.put({ ...me.person, pinnedKey });
		});
	} finally {
		store.close();
		wipe(key);
	}
}
