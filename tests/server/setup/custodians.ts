/** What clients that are not ours would send about custodians: rightly signed, and sealed by nobody. */
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { custodiansMessage, encodeCustodians } from '#shared/domain/custodians.ts';
import { approvalMessage } from '#shared/domain/restoration.ts';
import type { ApiServer } from './api-server.ts';
import { someBytes } from './bodies.ts';
import { details, join, tokenHashOf, tokenOf, type Client } from './client.ts';

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

export async function firstPerson(server: ApiServer, name: string): Promise<Person> {
	const identity = makeIdentity();
	const token = tokenOf(await server.firstSecret());
	return { ...(await join(server.origin, token, name, identity.key)), identity };
}

/** Invited by an administrator. */
export async function anotherPerson(
	{ origin }: ApiServer,
	admin: Person,
	name: string
): Promise<Person> {
	const token = someBytes(32);
	await admin.api.enrolment.create({
		id: randomUUID(),
		details: details(name),
		role: 'member',
		tokenHash: tokenHashOf(token),
		validHours: 24
	});
	const identity = makeIdentity();
	return { ...(await join(origin, token, '', identity.key)), identity };
}

export async function setPolicy(admin: Person, recoveryByIt: boolean): Promise<void> {
	const { version, policy } = await admin.api.policy.get();
	await admin.api.policy.set({ version, policy: { ...policy, recoveryByIt } });
}

/** The person's account, and a copy of it for the custodians where there is a key for it. */
export async function keepAccount(person: Person, key: string | null): Promise<void> {
	await person.api.account.publishSealingKey({ key: someBytes(32), signature: someBytes(64) });
	const copies =
		key === null ? [] : [{ kind: 'custodians' as const, id: key, body: someBytes(300) }];
	await person.api.account.rotate({
		generation: 1,
		previous: null,
		signature: someBytes(64),
		sealed: [{ kind: 'device', id: person.device, body: someBytes(80) }, ...copies]
	});
}

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
