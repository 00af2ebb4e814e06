/** Commands for the ways back in without any device. Owns the new code until it counts: in memory, and nowhere else. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { toBase64url, wipe } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { sealCodeCopy, signCodeKey } from '#core/protocol/recovery/code-copy.ts';
import {
	hashOfToken,
	makeRecoverySecret,
	normalizeSymbols,
	recoveryBindingOf,
	recoveryGroups,
	recoveryKeyPairOf,
	recoveryQrText,
	recoveryTokenOf,
	type RecoverySecret
} from '#core/protocol/recovery/recovery-code.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import { custodianCommands } from './custodian-commands.ts';
import type { RecoveryCalls } from './recovery-api.ts';

export type RecoveryCommands = {
	[Each in keyof RecoveryCalls]: (
		input: RecoveryCalls[Each]['input']
	) => Promise<RecoveryCalls[Each]['output']>;
};

interface NewCode {
	secret: RecoverySecret;
	groups: string[];
	ask: [number, number];
}

/** Two different positions, the lower one first. */
function twoOf(count: number): [number, number] {
	const [one = 0, other = 0] = randomBytes(2);
	const first = one % count;
	const second = (first + 1 + (other % (count - 1))) % count;
	return first < second ? [first, second] : [second, first];
}

export function recoveryCommands(
	sync: Sync,
	{ account, origin }: { account: AccountFact; origin: string }
): RecoveryCommands {
	const { account: keys, recovery, server } = sync.context;
	let made: NewCode | null = null;

	/** From the server's answer on the code before opens nothing. */
	async function store({ secret }: NewCode): Promise<void> {
		await keys.prepare();
		const backupKey = keys.newest();
		if (!backupKey) throw new DienstwegError('unavailable');
		const { person, authority, identity } = account;
		const identityKeys = { publicKey: identity.publicKey, secretKey: keys.identitySecretKey };
		const owner = { person, authority: authority.domain };
		const pair = await recoveryKeyPairOf(secret);
		wipe(pair.privateKey.bytes);
		const number = await recovery.nextCodeNumber();
		const key = { id: uuidV4(), person, number, publicKey: pair.publicKey };
		const body = await sealCodeCopy(key, { ...owner, identity: identityKeys, backupKey });
		const binding = recoveryBindingOf(secret, { ...owner, identityKey: identity.publicKey });
		const signature = await signCodeKey(key, identityKeys.secretKey);
		await server.call((calls) =>
			calls.recovery.storeCode({
				id: key.id,
				number,
				tokenHash: hashOfToken(recoveryTokenOf(secret)),
				publicKey: toBase64url(key.publicKey),
				signature: toBase64url(signature),
				binding: toBase64url(binding),
				generation: backupKey.generation,
				body: toBase64url(body)
			})
		);
		await keys.prepare();
	}

	return {
		...custodianCommands(sync, { account, origin }),

		async makeRecoveryCode() {
			if (!keys.isFull) throw new DienstwegError('forbidden');
			const secret = makeRecoverySecret();
			const groups = recoveryGroups(secret);
			made = { secret, groups, ask: twoOf(groups.length) };
			return { groups, qr: recoveryQrText(secret), ask: made.ask };
		},

		async confirmRecoveryCode({ answers }) {
			const code = made;
			if (!code) throw new DienstwegError('not_found');
			const isRight = code.ask.every(
				(position, at) => normalizeSymbols(answers[at] ?? '') === code.groups[position]
			);
			if (!isRight) return { isRight };
			await store(code);
			if (made === code) made = null;
			return { isRight };
		}
	};
}
