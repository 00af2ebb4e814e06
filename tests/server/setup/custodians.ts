/** What clients that are not ours would send about custodians: rightly signed, and sealed by nobody. */
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { custodiansMessage, encodeCustodians } from '#shared/domain/custodians.ts';
import { approvalMessage } from '#shared/domain/restoration.ts';
import { someBytes } from './bodies.ts';
import { tokenHashOf, type Client } from './client.ts';

const DOMAIN = 'lindenbach.example';

export interface Identity {
	key: string;
	secret: KeyObject;
}
export type Person = Client & { identity: Identity };

export const makeIdentity = (): Identity => {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	return { key: publicKey.export({ format: 'jwk' }).x ?? '', secret: privateKey };
};

let numbers = 0;

export const bytes = (encoded: string): Uint8Array => Buffer.from(encoded, 'base64url');

export interface Key {
	id: string;
	custodians: Person[];
}

export function keyInput(custodians: Person[], by: Person, change: { number?: number } = {}) {
	const id = randomUUID();
	const number = change.number ?? ++numbers;
	const body = encodeCustodians({
		id,
		number,
		at: 1,
		publicKey: bytes(someBytes(32)),
		custodians: custodians.map(({ person, identity }) => ({
			person,
			identityKey: bytes(identity.key),
			shareKey: bytes(someBytes(32))
		})),
		admin: by.person,
		adminKey: bytes(by.identity.key)
	});
	const signature = sign(null, custodiansMessage(DOMAIN, body), by.identity.secret);
	const shares = custodians.map(({ person }) => ({ custodian: person, body: someBytes(80) }));
	const statement = Buffer.concat([body, signature]).toString('base64url');
	return { id, input: { statement, shares } };
}

export const startInput = (key: Key, person: Person, token: string) => ({
	id: randomUUID(),
	person: person.person,
	tokenHash: tokenHashOf(token),
	key: key.id,
	auth: key.custodians
		.filter((each) => each !== person)
		.map((each) => ({ custodian: each.person, body: someBytes(80) }))
});

export interface PresentedRequest {
	id: string;
	requester: string;
	person: Person;
}

export function approval({ id, requester, person }: PresentedRequest, by: Person, at = Date.now()) {
	const restoration = {
		request: id,
		person: person.person,
		identityKey: bytes(person.identity.key),
		requesterKey: bytes(requester)
	};
	const message = approvalMessage(DOMAIN, restoration, { custodian: by.person, at });
	return {
		id,
		requesterKey: requester,
		body: someBytes(144),
		at,
		signature: sign(null, message, by.identity.secret).toString('base64url')
	};
}
