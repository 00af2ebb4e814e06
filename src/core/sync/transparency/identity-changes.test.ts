/** Whose word makes a new identity key count. */
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeIdentityChange } from '#shared/domain/identity-change.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { signVouch } from '#core/protocol/vouch.ts';
import { newConversation } from '../conversation-states.ts';
import {
	AUTHORITY,
	entryOf,
	openLogWorld,
	somebody,
	type Somebody,
	type LogWorld
} from '#tests/fixtures/log-world.ts';

let world: LogWorld;
beforeEach(async () => {
	world = await openLogWorld();
});

describe('a colleague’s new key', () => {
	let petra: Somebody;
	let anew: SigningKeys;
	let admin: Somebody;
	let member: Somebody;

	beforeEach(async () => {
		[petra, admin, member] = [await somebody(), await somebody(), await somebody()];
		anew = await generateSigningKeys();
		world.people = [
			entryOf(world.me),
			entryOf(petra),
			entryOf(admin, { role: 'admin' }),
			entryOf(member)
		];
		const record = newConversation({
			id: uuidV4(),
			kind: 'direct',
			person: petra.id,
			members: [],
			activeAt: 1,
			onServer: true
		});
		await world.store.write(['conversations'], async ({ conversations }) => {
			await conversations.put({ ...record, head: 3 });
		});
		await world.directory.refresh();
		await world.directory.setVerified(petra.id, true);
		world.people = world.people.map((entry) =>
			entry.id === petra.id ? entryOf({ ...petra, identity: anew }) : entry
		);
	});

	async function say(
		change: {
			newKey?: Uint8Array;
			formerKey?: Uint8Array;
			by?: Somebody;
			signed?: SigningKeys;
			named?: string;
		} = {}
	): Promise<void> {
		const { by = admin, signed = by.identity } = change;
		const { newKey = anew.publicKey, formerKey = petra.identity.publicKey } = change;
		const said = { person: petra.id, newKey, formerKey, at: 7 };
		const signature = await signVouch(AUTHORITY, said, signed.secretKey);
		world.log.statements.push({
			type: STATEMENT.identity,
			person: petra.id,
			statement: encodeIdentityChange({
				...said,
				vouch: {
					admin: change.named ?? by.id,
					adminKey: by.identity.publicKey,
					signature
				}
			})
		});
	}
	const lines = async () => (await world.store.read.messages.toArray()).map(({ event }) => event);
	const isAnew = (): boolean =>
		toBase64url(world.directory.identityKeyOf(petra.id) ?? new Uint8Array()) ===
		toBase64url(anew.publicKey);

	test('is taken on once an administrator confirms it, told of in the chat, and not compared yet', async () => {
		await world.directory.refresh();
		expect(isAnew()).toBe(false);
		await say();
		await world.directory.refresh();
		await world.directory.refresh();
		expect(isAnew()).toBe(true);
		expect(world.directory.find(petra.id)).toMatchObject({ keyChanged: false, verified: false });
		expect(await lines()).toEqual([{ type: 'identity', person: petra.id, by: admin.id }]);
		expect(world.takenOn).toEqual([petra.id]);
		await world.open();
		expect(isAnew()).toBe(true);
	});

	test('is taken on over two changes in a row, each confirmed', async () => {
		const between = await generateSigningKeys();
		await say({ newKey: between.publicKey });
		await world.directory.refresh();
		expect(isAnew()).toBe(false);
		await say({ formerKey: between.publicKey });
		await world.directory.refresh();
		expect(isAnew()).toBe(true);
	});

	test.each<[string, () => Promise<void>]>([
		['by nobody', async () => undefined],
		['by a member', () => say({ by: member })],
		['by Petra', () => say({ by: petra })],
		['by Petra under her new key', () => say({ by: { ...petra, identity: anew } })],
		[
			'in an administrator’s name, under another key of theirs',
			async () => say({ by: { id: admin.id, identity: await generateSigningKeys() } })
		],
		['by a member in an administrator’s name', () => say({ by: member, named: admin.id })],
		['signed by somebody else', () => say({ signed: member.identity })],
		['for another key than hers', async () => say({ newKey: randomBytes(32) })],
		['from another key than hers', async () => say({ formerKey: randomBytes(32) })]
	])('is not taken on when it is confirmed %s', async (_name, work) => {
		await work();
		await world.directory.refresh();
		expect(isAnew()).toBe(false);
		expect(world.directory.find(petra.id)).toMatchObject({ keyChanged: true });
		expect(await lines()).toEqual([]);
	});

	test('is not taken on by the word of an administrator who has another key themselves', async () => {
		await say();
		world.people = world.people.map((entry) =>
			entry.id === admin.id ? { ...entry, identityKey: toBase64url(randomBytes(32)) } : entry
		);
		await world.directory.refresh();
		expect(isAnew()).toBe(false);
	});

	test('is not taken on when it does not stand in the log', async () => {
		await say();
		const real = world.log.answersFor(world.me.id);
		const identityChanges: typeof real.identityChanges = async (input) =>
			(await real.identityChanges(input)).map((proof) => ({ ...proof, index: proof.index - 1 }));
		world.log = Object.assign(world.log.fork(), {
			answersFor: () => ({ ...real, identityChanges })
		});
		await world.directory.refresh();
		expect(isAnew()).toBe(false);
	});
});
