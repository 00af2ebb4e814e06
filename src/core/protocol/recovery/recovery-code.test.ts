import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeBackupKey, signGeneration } from '../account/backup-key.ts';
import { decodeCopy, encodeCopy, type AccountCopy } from './account-copy.ts';
import {
	isCodeKeyOf,
	openCodeCopy,
	sealCodeCopy,
	signCodeKey,
	type SealedCodeCopy
} from './code-copy.ts';
import {
	makeRecoverySecret,
	readRecoveryCode,
	recoveryBindingOf,
	recoveryGroups,
	recoveryKeyPairOf,
	recoveryQrText,
	recoveryTokenOf,
	type RecoverySecret
} from './recovery-code.ts';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a recovery code', () => {
	it('is seven groups of four without look-alikes, and another each time', () => {
		const groups = recoveryGroups(makeRecoverySecret());
		expect(groups).toHaveLength(7);
		for (const group of groups) expect(group).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
		const many = new Set(Array.from({ length: 200 }, makeRecoverySecret));
		expect(many.size).toBe(200);
	});

	it('is read however it is typed, and from its QR code', () => {
		const secret = makeRecoverySecret();
		const groups = recoveryGroups(secret);
		const lookAlike = groups.join(' ').toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o');
		for (const text of [groups.join(''), groups.join('-'), lookAlike, recoveryQrText(secret)])
			expect(readRecoveryCode(text)).toEqual({ secret, fault: null });
	});

	it('tells at once that a letter is missing, wrong, or in another’s place', () => {
		const typed = recoveryGroups(makeRecoverySecret()).join('');
		expect(readRecoveryCode(typed.slice(1)).fault).toBe('incomplete');
		expect(readRecoveryCode(`${typed}0`).fault).toBe('incomplete');
		expect(readRecoveryCode('').fault).toBe('incomplete');
		let missed = 0;
		for (let at = 0; at < typed.length; at++) {
			const next = SYMBOLS[(SYMBOLS.indexOf(typed[at] ?? '') + 7) % 32] ?? '';
			const changed = typed.slice(0, at) + next + typed.slice(at + 1);
			if (readRecoveryCode(changed).secret !== null) missed++;
			const unknown = `${typed.slice(0, at)}U${typed.slice(at + 1)}`;
			expect(readRecoveryCode(unknown).fault).toBe('mistyped');
		}
		// One in 32,768 passes the check by chance.
		expect(missed).toBeLessThan(2);
	});

	it('gives token, key and binding that tell nothing of each other', async () => {
		const secret = makeRecoverySecret();
		const owner = { person: uuidV4(), authority: 'a.example', identityKey: randomBytes(32) };
		const { publicKey, privateKey } = await recoveryKeyPairOf(secret);
		const binding = recoveryBindingOf(secret, owner);
		const all = [recoveryTokenOf(secret), publicKey, privateKey.bytes, binding];
		expect(new Set(all.map(String)).size).toBe(4);
		expect(recoveryTokenOf(secret)).toEqual(recoveryTokenOf(secret));
		expect((await recoveryKeyPairOf(secret)).publicKey).toEqual(publicKey);
		for (const other of [
			{ ...owner, person: uuidV4() },
			{ ...owner, authority: 'b.example' },
			{ ...owner, identityKey: randomBytes(32) }
		])
			expect(recoveryBindingOf(secret, other)).not.toEqual(binding);
	});
});

const someAccount = async (): Promise<AccountCopy> => ({
	person: uuidV4(),
	authority: 'lindenbach.example',
	identity: await generateSigningKeys(),
	backupKey: makeBackupKey(3)
});

describe('a copy of the account', () => {
	it('arrives as it was, and is refused when anything is missing or too much', async () => {
		const copy = await someAccount();
		const bytes = encodeCopy(copy);
		expect(decodeCopy(bytes)).toEqual(copy);
		for (let length = 0; length < bytes.length; length++)
			expect(() => decodeCopy(bytes.slice(0, length))).toThrow('malformed');
		expect(() => decodeCopy(new Uint8Array([...bytes, 0]))).toThrow('malformed');
		expect(() => decodeCopy(new Uint8Array([2, ...bytes.slice(1)]))).toThrow('malformed');
	});
});

describe('what a code opens', () => {
	let secret: RecoverySecret;
	let copy: AccountCopy;
	let sealed: SealedCodeCopy;

	/** As a device of the account does, that knows the code's public key only. */
	const seal = async (account: AccountCopy, of = secret): Promise<SealedCodeCopy> => {
		const { person, authority, identity, backupKey } = account;
		const id = uuidV4();
		const { publicKey } = await recoveryKeyPairOf(of);
		return {
			id,
			generation: backupKey.generation,
			body: await sealCodeCopy({ id, publicKey }, account),
			signature: await signGeneration(person, backupKey, identity.secretKey),
			binding: recoveryBindingOf(of, { person, authority, identityKey: identity.publicKey })
		};
	};

	beforeAll(async () => {
		secret = makeRecoverySecret();
		copy = await someAccount();
		sealed = await seal(copy);
	});

	it('is the account that it was made for', async () => {
		expect(await openCodeCopy(secret, sealed)).toEqual(copy);
	});

	it('is nothing for another code', async () => {
		await expect(openCodeCopy(makeRecoverySecret(), sealed)).rejects.toThrow('forged');
	});

	it('is no account of the server’s, sealed to the code’s public key, which the server knows', async () => {
		const theirs = await seal(await someAccount());
		const swapped = { ...theirs, binding: sealed.binding };
		await expect(openCodeCopy(secret, swapped)).rejects.toThrow('forged');
	});

	it('is no backup key of the server’s beside the right identity', async () => {
		const bytes = { ...copy, backupKey: makeBackupKey(3) };
		const { publicKey } = await recoveryKeyPairOf(secret);
		const body = await sealCodeCopy({ id: sealed.id, publicKey }, bytes);
		await expect(openCodeCopy(secret, { ...sealed, body })).rejects.toThrow('forged');
	});

	it('is no public key with another’s secret one', async () => {
		const other: SigningKeys = await generateSigningKeys();
		const identity = { publicKey: copy.identity.publicKey, secretKey: other.secretKey };
		const { publicKey } = await recoveryKeyPairOf(secret);
		const body = await sealCodeCopy({ id: sealed.id, publicKey }, { ...copy, identity });
		await expect(openCodeCopy(secret, { ...sealed, body })).rejects.toThrow('forged');
	});

	it('is nothing when any part was changed', async () => {
		for (const change of [
			{ id: uuidV4() },
			{ generation: 2 },
			{ signature: randomBytes(64) },
			{ binding: randomBytes(32) },
			{ body: sealed.body.slice(0, -1) },
			{ body: randomBytes(sealed.body.length) },
			{ body: new Uint8Array() }
		])
			await expect(openCodeCopy(secret, { ...sealed, ...change })).rejects.toThrow('forged');
	});
});

describe('the public key of a code', () => {
	it('is believed with the person’s signature on just this one', async () => {
		const { publicKey, secretKey } = await generateSigningKeys();
		const key = { id: uuidV4(), person: uuidV4(), number: 2, publicKey: randomBytes(32) };
		const signature = await signCodeKey(key, secretKey);
		expect(await isCodeKeyOf(publicKey, key, signature)).toBe(true);
		for (const other of [
			{ ...key, id: uuidV4() },
			{ ...key, person: uuidV4() },
			{ ...key, number: 3 },
			{ ...key, publicKey: randomBytes(32) },
			{ ...key, publicKey: new Uint8Array() }
		])
			expect(await isCodeKeyOf(publicKey, other, signature)).toBe(false);
		expect(await isCodeKeyOf(randomBytes(32), key, signature)).toBe(false);
	});
});
