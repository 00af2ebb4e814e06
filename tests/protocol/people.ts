/** Alice, Bob and the others: people with real identity keys and devices with real certificates, and a directory that pins them. */
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { issueCertificate } from '#core/protocol/certificate.ts';
import type { CommitContext, ServedRoster } from '#core/protocol/commit-policy.ts';
import type { DeviceKeys, TrustPolicy } from '#core/protocol/identity.ts';
import { generateKeyPackage, type StoredKeyPackage } from '#core/protocol/mls/key-package.ts';
import type { Group } from '#core/protocol/group.ts';

const AUTHORITY = 'lindenbach.example';

export interface Person {
	id: string;
	identity: SigningKeys;
}

export interface World extends TrustPolicy {
	people: Map<string, Person>;
	/** Ids of devices that are kept out of the log. */
	unlogged: Set<string>;
	clock: number;
}

export function makeWorld(clock = Date.now()): World {
	const people = new Map<string, Person>();
	const unlogged = new Set<string>();
	const world: World = {
		people,
		unlogged,
		clock,
		authority: AUTHORITY,
		identityKeyOf: (person) => people.get(person)?.identity.publicKey,
		isLogged: async ({ device }) => !unlogged.has(device),
		now: () => world.clock
	};
	return world;
}

export async function makePerson(world: World): Promise<Person> {
	const person = { id: uuidV4(), identity: await generateSigningKeys() };
	world.people.set(person.id, person);
	return person;
}

export async function makeDevice(
	person: Person,
	fields: { device?: string; authority?: string; signature?: SigningKeys; by?: SigningKeys } = {}
): Promise<DeviceKeys> {
	const signature = fields.signature ?? (await generateSigningKeys());
	const device = fields.device ?? uuidV4();
	const certificate = await issueCertificate(
		{
			person: person.id,
			device,
			name: 'Chrome auf Android, Pixel',
			kind: 'phone',
			authority: fields.authority ?? AUTHORITY,
			signatureKey: signature.publicKey,
			issuedAt: Date.now()
		},
		fields.by ?? person.identity
	);
	return { person: person.id, device, signature, certificate };
}

/** A person with one device. */
export async function enrol(world: World): Promise<DeviceKeys> {
	return makeDevice(await makePerson(world));
}

export const packageFor = (self: DeviceKeys, now = Date.now()): Promise<StoredKeyPackage> =>
	generateKeyPackage(self, { lastResort: false, now });

export const adding = (self: DeviceKeys, keyPackage: StoredKeyPackage) => ({
	person: self.person,
	device: self.device,
	keyPackage: keyPackage.public
});

/** What the server would say beside a GroupInfo of this epoch. */
export const rosterOf = (
	{ policy, members }: Group,
	more: Partial<ServedRoster> = {}
): ServedRoster => ({
	kind: policy.kind,
	people: policy.kind === 'direct' ? policy.people : members.map(({ person }) => person),
	admins: policy.admins,
	pendingRemovals: [],
	...more
});

/** What the server would say of a group in which nobody has left and nothing is pending. */
export const contextOf = (
	world: World,
	group: Group,
	more: Partial<CommitContext> = {}
): CommitContext => ({
	trust: world,
	pendingRemovals: [],
	memberPeople: group.members.map((member) => member.person),
	...more
});
