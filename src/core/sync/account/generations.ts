/**
 * Generations of the person's backup key: made, handed to the person's other devices, fetched, rotated. Must never
 * seal one to a device that the person's identity key has not certified, whatever the server lists.
 */
import type { AccountDevice, AccountState, SealedFor } from '#shared/contract/account.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import {
	checkGeneration,
	makeBackupKey,
	openBackupKey,
	openPrevious,
	sealBackupKeyTo,
	sealPrevious,
	signGeneration,
	type BackupKey
} from '#core/protocol/account/backup-key.ts';
import { isSealingKeyOf } from '#core/protocol/account/sealing-key.ts';
import { readCertificate, verifyCertificate } from '#core/protocol/certificate.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { Transport } from '../transport.ts';

/** Whose account it is, and the device that this is. */
export interface AccountOwner {
	person: string;
	device: string;
	/** Domain that certificates must name. */
	authority: string;
	identity: { publicKey: Uint8Array; secretKey: Uint8Array };
	/** Of this device's sealing key. */
	sealingSecretKey: Uint8Array;
}

/** Seals a generation for those who are no devices (a recovery code, custodians), but for whom `has` (`kind id`) names. */
export type SealForOthers = (
	backupKey: BackupKey,
	has: ReadonlySet<string>
) => Promise<SealedFor[]>;

type Calls = Transport['account'];

async function isOwnDevice(
	{ person, authority, identity }: AccountOwner,
	{ device, certificate, sealingKey, sealingSignature }: AccountDevice
): Promise<boolean> {
	try {
		const bytes = fromBase64url(certificate);
		const claims = readCertificate(bytes);
		const isTheirs =
			claims.person === person && claims.device === device && claims.authority === authority;
		if (!isTheirs || !(await verifyCertificate(bytes, identity.publicKey))) return false;
		const key = fromBase64url(sealingKey);
		return await isSealingKeyOf(claims, { key, signature: fromBase64url(sealingSignature) });
	} catch (error) {
		if (error instanceof ProtocolError || error instanceof RangeError) return false;
		throw error;
	}
}

/** Those of the listed devices that are the person's own for sure. */
const ownDevices = async (
	owner: AccountOwner,
	listed: AccountDevice[]
): Promise<AccountDevice[]> => {
	const checked = await Promise.all(listed.map((each) => isOwnDevice(owner, each)));
	return listed.filter((_, index) => checked[index]);
};

const sealForDevice = async (
	{ person }: AccountOwner,
	{ device, sealingKey }: AccountDevice,
	backupKey: BackupKey
): Promise<SealedFor> => {
	const to = { person, recipient: device };
	const body = await sealBackupKeyTo(fromBase64url(sealingKey), to, backupKey);
	return { kind: 'device', id: device, body: toBase64url(body) };
};

/**
 * The newest generation and all before it that `known` lacks, oldest first; none while nobody has sealed it for us. Throws
 * `forged` for one that no device of the person has made.
 */
export async function fetchGenerations(
	calls: Calls,
	owner: AccountOwner,
	{ state, known }: { state: AccountState; known: readonly BackupKey[] }
): Promise<BackupKey[]> {
	if (state.sealed === null || state.signature === null) return [];
	const { person, device } = owner;
	const { generation } = state;
	const place = { person, recipient: device, generation };
	const newest = await openBackupKey(owner.sealingSecretKey, place, fromBase64url(state.sealed));
	const signature = fromBase64url(state.signature);
	await checkGeneration(person, newest, { signature, identityKey: owner.identity.publicKey });
	const has = new Set(known.map((each) => each.generation));
	return [...(await fetchBefore(calls, owner, newest, has)), newest];
}

/** The generations before `next`, oldest first, down to the first or to one that is there. */
export async function fetchBefore(
	calls: Calls,
	{ person }: AccountOwner,
	next: BackupKey,
	has: ReadonlySet<number> = new Set()
): Promise<BackupKey[]> {
	const fetched: BackupKey[] = [];
	const chain = new Map(
		(await calls.generations()).map((each) => [each.generation, each.previous])
	);
	for (let at = next; at.generation > 1 && !has.has(at.generation - 1);) {
		const previous = chain.get(at.generation);
		if (previous === undefined) break;
		at = openPrevious(person, fromBase64url(previous), at);
		fetched.unshift(at);
	}
	return fetched;
}

/**
 * Makes the next generation, or brings one back that the server has lost to a restored backup. Rejects with `conflict`
 * where another device was first.
 */
export async function pushGeneration(
	calls: Calls,
	owner: AccountOwner,
	{
		state,
		previous,
		next = makeBackupKey(state.generation + 1),
		forOthers
	}: {
		state: AccountState;
		previous: BackupKey | null;
		next?: BackupKey;
		forOthers: SealForOthers;
	}
): Promise<BackupKey> {
	const devices = await ownDevices(owner, state.devices);
	const sealed = await Promise.all(devices.map((each) => sealForDevice(owner, each, next)));
	await calls.rotate({
		generation: next.generation,
		previous: previous && toBase64url(sealPrevious(owner.person, previous, next)),
		signature: toBase64url(await signGeneration(owner.person, next, owner.identity.secretKey)),
		sealed: [...sealed, ...(await forOthers(next, new Set()))]
	});
	return next;
}

/** Devices of the person that came in without the newest generation get it, and whoever else is to have it. */
export async function handOn(
	calls: Calls,
	owner: AccountOwner,
	{ state, newest, forOthers }: { state: AccountState; newest: BackupKey; forOthers: SealForOthers }
): Promise<void> {
	const has = new Set(state.recipients.map(({ kind, id }) => `${kind} ${id}`));
	const without = state.devices.filter(({ device }) => !has.has(`device ${device}`));
	for (const device of await ownDevices(owner, without)) {
		const sealed = await sealForDevice(owner, device, newest);
		await calls.addRecipient({ generation: newest.generation, ...sealed });
	}
	for (const sealed of await forOthers(newest, has))
		await calls.addRecipient({ generation: newest.generation, ...sealed });
}
