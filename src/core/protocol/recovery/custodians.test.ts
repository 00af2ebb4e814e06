import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { hpkeGenerateKeyPair } from '#core/crypto/hpke.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { combinePartials, isPartialOf, partialOf } from '#core/crypto/threshold.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { readCustodians } from '#shared/domain/custodians.ts';
import { makeBackupKey, signGeneration } from '../account/backup-key.ts';
import type { AccountCopy } from './account-copy.ts';
import {
	checkStatement,
	makeCustodians,
	openRequestKey,
	openShare,
	openStatement,
	sealRequestKey,
	type KnownPeople,
	type NewCustodians
} from './custodians.ts';
import { openCustodianCopy, readCustodianCopy, sealCustodianCopy } from './custodian-copy.ts';
import {
	isRequester,
	makeRestoreLink,
	openPart,
	readRestoreLink,
	requesterMac,
	requesterNumber,
	sealPart
} from './restore-request.ts';

const AUTHORITY = 'lindenbach.example';

interface Someone {
	person: string;
	identity: SigningKeys;
}
const someone = async (): Promise<Someone> => ({
	person: uuidV4(),
	identity: await generateSigningKeys()
});

let ada: Someone;
let bert: Someone;
let cora: Someone;
let made: NewCustodians;

const named = ({ person, identity }: Someone) => ({ person, identityKey: identity.publicKey });
const make = (admin = ada, people = [ada, bert, cora], authority = AUTHORITY) =>
	makeCustodians({ id: uuidV4(), number: 1, at: 5, authority }, people.map(named), admin);

const knows = (people: Someone[], admins = [ada]): KnownPeople => ({
	authority: AUTHORITY,
	identityKeyOf: (person) => people.find((each) => each.person === person)?.identity.publicKey,
	isAdmin: (person) => admins.some((each) => each.person === person)
});

beforeAll(async () => {
	[ada, bert, cora] = [await someone(), await someone(), await someone()];
	made = await make();
});

describe('custodians', () => {
	it('are believed when an administrator whom one knows has signed them', async () => {
		const statement = await checkStatement(knows([ada, bert, cora]), made.statement);
		expect(statement.custodians.map(({ person }) => person)).toEqual([
			ada.person,
			bert.person,
			cora.person
		]);
		expect(statement).toMatchObject({ admin: ada.person, number: 1, at: 5 });
	});

	it('are not when anybody is not who one knows, or the signer is no administrator', async () => {
		const everybody = [ada, bert, cora];
		const otherBert = { person: bert.person, identity: await generateSigningKeys() };
		const otherAda = { person: ada.person, identity: await generateSigningKeys() };
		for (const people of [
			knows([ada, bert]),
			knows([ada, otherBert, cora]),
			knows([otherAda, bert, cora]),
			knows(everybody, [bert]),
			{ ...knows(everybody), authority: 'other.example' }
		])
			await expect(checkStatement(people, made.statement)).rejects.toThrow('forged');
		const byOther = await make(otherAda);
		await expect(checkStatement(knows(everybody), byOther.statement)).rejects.toThrow('forged');
	});

	it('are not with a single bit changed, too short, or shares that are no shares of the key', async () => {
		for (let at = 0; at < made.statement.length; at += 7) {
			const changed = made.statement.slice();
			changed[at] = (changed[at] ?? 0) ^ 4;
			await expect(openStatement(AUTHORITY, changed)).rejects.toThrow(/forged|malformed/);
		}
		for (const length of [0, 1, 66, made.statement.length - 1])
			await expect(openStatement(AUTHORITY, made.statement.slice(0, length))).rejects.toThrow(
				'malformed'
			);
		expect(readCustodians(new Uint8Array([...made.statement, 0]))).toBeNull();
	});

	it('can each open their own share, and no other', async () => {
		const statement = await openStatement(AUTHORITY, made.statement);
		for (const [index, each] of [ada, bert, cora].entries()) {
			const sealed = made.shares[index]?.body ?? new Uint8Array();
			expect((await openShare(each, statement, sealed)).index).toBe(index + 1);
			const next = [bert, cora, ada][index] ?? ada;
			await expect(openShare(next, statement, sealed)).rejects.toThrow('forged');
		}
		const foreign = await openStatement(AUTHORITY, (await make()).statement);
		const [own] = made.shares;
		await expect(openShare(ada, foreign, own?.body ?? new Uint8Array())).rejects.toThrow('forged');
		const stranger = openShare(await someone(), statement, own?.body ?? new Uint8Array());
		await expect(stranger).rejects.toThrow('not_allowed');
	});

	it('open somebody’s copy by two, which is bound to person, key and generation', async () => {
		const statement = await openStatement(AUTHORITY, made.statement);
		const petra = await someone();
		const backupKey = makeBackupKey(4);
		const copy: AccountCopy = { ...petra, authority: AUTHORITY, backupKey };
		const place = { key: statement.id, person: petra.person, generation: 4 };
		const body = await sealCustodianCopy(statement, copy);
		const identityKey = petra.identity.publicKey;
		const { sent, sealed } = await readCustodianCopy(identityKey, place, body);
		const parts = await Promise.all(
			[bert, cora].map(async (each, at) => {
				const share = await openShare(
					each,
					statement,
					made.shares[at + 1]?.body ?? new Uint8Array()
				);
				const partial = partialOf(share, sent);
				const { shareKey = new Uint8Array() } = statement.custodians[at + 1] ?? {};
				expect(isPartialOf(shareKey, sent, partial)).toBe(true);
				return { index: share.index, partial };
			})
		);
		const [one, other] = parts;
		if (!one || !other) throw new Error('no parts');
		const key = combinePartials(statement.publicKey, sent, [one, other]);
		const generationSignature = await signGeneration(
			petra.person,
			backupKey,
			petra.identity.secretKey
		);
		const opening = { sealed, identityKey, generationSignature };
		expect(await openCustodianCopy(key, place, opening)).toEqual(copy);

		for (const other of [
			{ ...place, key: uuidV4() },
			{ ...place, person: uuidV4() },
			{ ...place, generation: 3 }
		]) {
			await expect(readCustodianCopy(identityKey, other, body)).rejects.toThrow('forged');
			await expect(openCustodianCopy(key, other, opening)).rejects.toThrow('forged');
		}
		const strange = (await someone()).identity.publicKey;
		await expect(readCustodianCopy(strange, place, body)).rejects.toThrow('forged');
		for (const change of [
			{ identityKey: strange },
			{ generationSignature: randomBytes(64) },
			{ sealed: randomBytes(sealed.length) }
		])
			await expect(openCustodianCopy(key, place, { ...opening, ...change })).rejects.toThrow(
				'forged'
			);
		await expect(openCustodianCopy(randomBytes(32), place, opening)).rejects.toThrow('forged');
	});
});

describe('a link of IT’s', () => {
	it('says who the custodians are, and makes the new device known to them', async () => {
		const link = makeRestoreLink(made.statement);
		const { fragment, ...rest } = link;
		expect(readRestoreLink(fragment)).toEqual(rest);
		for (const text of ['', 'abc', `${fragment}A`, fragment.slice(1), '%%'])
			expect(readRestoreLink(text)).toBeNull();
		const key = randomBytes(32);
		const mac = requesterMac(link.auth, key);
		expect(isRequester(link.auth, key, mac)).toBe(true);
		expect(isRequester(link.auth, randomBytes(32), mac)).toBe(false);
		expect(isRequester(makeRestoreLink(made.statement).auth, key, mac)).toBe(false);
		expect(requesterNumber(link.auth, key).join(' ')).toMatch(/^\d{3} \d{3} \d{3}$/);
		expect(requesterNumber(link.auth, key)).not.toEqual(
			requesterNumber(link.auth, randomBytes(32))
		);
		const request = uuidV4();
		const sealed = await sealRequestKey(named(bert), request, link.auth);
		expect(await openRequestKey(bert, request, sealed)).toEqual(link.auth);
		await expect(openRequestKey(cora, request, sealed)).rejects.toThrow('forged');
		await expect(openRequestKey(bert, uuidV4(), sealed)).rejects.toThrow('forged');
	});

	it('has parts come to the new device only, each from its custodian', async () => {
		const { publicKey, privateKey } = await hpkeGenerateKeyPair();
		const whose = { request: uuidV4(), custodian: bert.person };
		const part = randomBytes(96);
		const sealed = await sealPart(publicKey, whose, part);
		expect(await openPart(privateKey.bytes, whose, sealed)).toEqual(part);
		const others = { ...whose, custodian: cora.person };
		await expect(openPart(privateKey.bytes, others, sealed)).rejects.toThrow('forged');
		await expect(openPart(randomBytes(32), whose, sealed)).rejects.toThrow('forged');
	});
});
