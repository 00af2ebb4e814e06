/**
 * Commands of administrators and custodians: who restores access, for whom, and the custodian's own part. Must never
 * make a part for a new device that does not come with IT's link, nor of a copy that the person has not signed.
 */
import type { RecoveryRequest, RecoveryTask } from '#shared/contract/recovery.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { approvalMessage } from '#shared/domain/restoration.ts';
import { fromBase64url, toBase64url, wipe } from '#core/crypto/bytes.ts';
import { sign, type SigningKeys } from '#core/crypto/ed25519.ts';
import { partialOf, type KeyShare } from '#core/crypto/threshold.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import {
	makeCustodians,
	openRequestKey,
	openShare,
	sealRequestKey
} from '#core/protocol/recovery/custodians.ts';
import { readCustodianCopy } from '#core/protocol/recovery/custodian-copy.ts';
import { hashOfToken } from '#core/protocol/recovery/recovery-code.ts';
import {
	isRequester,
	makeRestoreLink,
	requesterNumber,
	sealPart
} from '#core/protocol/recovery/restore-request.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { RecoveryCalls, RecoveryRequestView } from './recovery-api.ts';

export type CustodianCommands = {
	[Each in Exclude<keyof RecoveryCalls, 'makeRecoveryCode' | 'confirmRecoveryCode'>]: (
		input: RecoveryCalls[Each]['input']
	) => Promise<RecoveryCalls[Each]['output']>;
};

/** A request that was found to be what it says. */
interface CheckedTask {
	requesterKey: Uint8Array;
	number: string[];
	/** Of the person's copy: what the part is made of. */
	sent: Uint8Array;
	/** The person's identity key, as this device knows it. */
	identityKey: Uint8Array;
	share: KeyShare;
}

export function custodianCommands(
	sync: Sync,
	{ account, origin }: { account: AccountFact; origin: string }
): CustodianCommands {
	const { account: keys, directory, recovery, server, now } = sync.context;
	const { person, authority } = account;
	const self = (): { person: string; identity: SigningKeys } => ({
		person,
		identity: { publicKey: account.identity.publicKey, secretKey: keys.identitySecretKey }
	});
	const identityKeyOf = (of: string): Uint8Array => {
		const key = directory.identityKeyOf(of);
		if (!key) throw new DienstwegError('not_found');
		return key;
	};
	/** Of whoever gets access back; somebody whom nobody knows is made up. */
	const restoredKeyOf = async (of: string): Promise<Uint8Array> => {
		if (!directory.identityKeyOf(of)) await directory.refresh();
		const key = directory.identityKeyOf(of);
		if (!key) throw new ProtocolError('forged', 'request for a person whom nobody knows');
		return key;
	};
	const requests = () => server.call((calls) => calls.recovery.requests());

	/** Throws `forged` where anything of it is not what it says. */
	async function check(
		{ id, person: of }: RecoveryRequest,
		task: RecoveryTask
	): Promise<CheckedTask> {
		const statement = await recovery.checkStatement(fromBase64url(task.statement));
		const share = await openShare(self(), statement, fromBase64url(task.share));
		try {
			const auth = await openRequestKey(self(), id, fromBase64url(task.auth));
			const requesterKey = fromBase64url(task.requesterKey);
			if (!isRequester(auth, requesterKey, fromBase64url(task.requesterMac)))
				throw new ProtocolError('forged', 'new device without the link');
			const identityKey = await restoredKeyOf(of);
			const place = { key: statement.id, person: of, generation: task.generation };
			const { sent } = await readCustodianCopy(identityKey, place, fromBase64url(task.body));
			const number = requesterNumber(auth, requesterKey);
			return { requesterKey, number, sent, identityKey, share };
		} catch (error) {
			wipe(share.secret);
			throw error;
		}
	}

	async function view(request: RecoveryRequest): Promise<RecoveryRequestView> {
		const { task, ...shown } = request;
		if (!task) return { ...shown, number: null, isForged: false };
		try {
			const { number, share } = await check(request, task);
			wipe(share.secret);
			return { ...shown, number, isForged: false };
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
			return { ...shown, number: null, isForged: true };
		}
	}

	return {
		async setCustodians({ people }) {
			const id = uuidV4();
			const made = await makeCustodians(
				{
					id,
					number: await recovery.nextKeyNumber(),
					at: now(),
					authority: authority.domain
				},
				people.map((of) => ({ person: of, identityKey: identityKeyOf(of) })),
				self()
			);
			await recovery.noteMade(id);
			await server.call((calls) =>
				calls.recovery.setCustodians({
					statement: toBase64url(made.statement),
					shares: made.shares.map(({ custodian, body }) => ({
						custodian,
						body: toBase64url(body)
					}))
				})
			);
			await keys.prepare();
		},

		async startRecovery({ person: of }) {
			const key = await recovery.currentKey();
			if (!key) throw new DienstwegError('not_found');
			const { statement, bytes } = key;
			const { fragment, token, auth } = makeRestoreLink(bytes);
			const id = uuidV4();
			const others = statement.custodians.filter((each) => each.person !== of);
			const sealed = await Promise.all(
				others.map(async (custodian) => ({
					custodian: custodian.person,
					body: toBase64url(await sealRequestKey(custodian, id, auth))
				}))
			);
			await server.call((calls) =>
				calls.recovery.start({
					id,
					person: of,
					tokenHash: hashOfToken(token),
					key: statement.id,
					auth: sealed
				})
			);
			return { link: `${origin}/wiederherstellen#${fragment}` };
		},

		async listRecoveries() {
			return Promise.all((await requests()).map(view));
		},

		async approveRecovery({ id, number }) {
			const request = (await requests()).find((each) => each.id === id);
			if (!request?.task) throw new DienstwegError('not_found');
			const { share, sent, identityKey, ...checked } = await check(request, request.task);
			const { requesterKey } = checked;
			try {
				// Another new device has come with the link since the two talked.
				if (checked.number.join('') !== number.join('')) throw new DienstwegError('conflict');
				const partial = partialOf(share, sent);
				const at = now();
				const restoration = { request: id, person: request.person, identityKey, requesterKey };
				const own = { custodian: person, at };
				const message = approvalMessage(authority.domain, restoration, own);
				const body = await sealPart(requesterKey, { request: id, custodian: person }, partial);
				const signature = await sign(message, keys.identitySecretKey);
				await server.call((calls) =>
					calls.recovery.approve({
						id,
						requesterKey: toBase64url(requesterKey),
						body: toBase64url(body),
						at,
						signature: toBase64url(signature)
					})
				);
			} finally {
				wipe(share.secret);
			}
		},

		cancelRecovery: (input) => server.call((calls) => calls.recovery.cancel(input)),
		refuseRecovery: (input) => server.call((calls) => calls.recovery.refuse(input))
	};
}
