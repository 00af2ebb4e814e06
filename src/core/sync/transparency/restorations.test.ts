/** What devices make of a restoration: whose word counts, and that none goes unseen. */
import { beforeEach, describe, expect, test } from 'vitest';
import { approvalMessage, encodeRestoration, type Approval } from '#shared/domain/restoration.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { sign } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeCustodians } from '#core/protocol/recovery/custodians.ts';
import { newConversation } from '../conversation-states.ts';
import { readAlarms } from './alarms.ts';
import {
	AUTHORITY,
	certificateFor,
	entryOf,
	openLogWorld,
	somebody,
	type LogWorld,
	type Somebody
} from '#tests/fixtures/log-world.ts';

const AT = 1_800_000_000_000;
let world: LogWorld;
let petra: Somebody;
let ada: Somebody;
let bert: Somebody;
let cora: Somebody;

beforeEach(async () => {
	world = await openLogWorld();
	[petra, ada] = [await somebody(), await somebody()];
	[bert, cora] = [await somebody(), await somebody()];
	world.people = [
		entryOf(world.me),
		entryOf(petra),
		entryOf(ada, { role: 'admin' }),
		entryOf(bert),
		entryOf(cora)
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
	await world.transparency.follow();
});

let keys = 0;
async function name(custodians: Somebody[], by = ada): Promise<void> {
	const { statement } = await makeCustodians(
		{ id: uuidV4(), number: ++keys, at: AT, authority: AUTHORITY },
		custodians.map(({ id, identity }) => ({ person: id, identityKey: identity.publicKey })),
		{ person: by.id, identity: by.identity }
	);
	world.log.statements.push({ type: STATEMENT.custodians, person: by.id, statement });
}

interface Change {
	person?: Somebody;
	/** Who has signed in whose place. */
	signers?: Somebody[];
	identityKey?: Uint8Array;
	request?: string;
}

/** The place of it in the log. */
async function restore(by: Somebody[], change: Change = {}): Promise<number> {
	const person = change.person ?? petra;
	const restoration = {
		request: change.request ?? uuidV4(),
		person: person.id,
		identityKey: change.identityKey ?? person.identity.publicKey,
		requesterKey: randomBytes(32)
	};
	const approvals: Approval[] = [];
	for (const [index, { id }] of by.entries()) {
		const own = { custodian: id, at: AT + index };
		const { identity } = change.signers?.[index] ?? by[index] ?? petra;
		const message = approvalMessage(AUTHORITY, restoration, own);
		approvals.push({ ...own, signature: await sign(message, identity.secretKey) });
	}
	const statement = encodeRestoration(restoration, approvals);
	return (
		world.log.statements.push({ type: STATEMENT.restoration, person: person.id, statement }) - 1
	);
}

const lines = async () => (await world.store.read.messages.toArray()).map(({ event }) => event);
const proven = () => ({
	type: 'regained',
	person: petra.id,
	by: [bert.id, cora.id],
	at: AT + 1
});
const unproven = () => ({ type: 'regained', person: petra.id, by: [], at: null });

describe('a colleague’s access that was restored', () => {
	test('is told of in the chat once, with those who have answered for it', async () => {
		await name([ada, bert, cora]);
		await restore([bert, cora]);
		await world.transparency.follow();
		await world.open();
		await world.transparency.follow();
		expect(await lines()).toEqual([proven()]);
		expect(await world.alarms()).toEqual([]);
	});

	test('is not believed because the directory says so', async () => {
		await name([ada, bert, cora]);
		const restored = { at: AT, by: [bert.id, cora.id] };
		world.people = world.people.map((entry) =>
			entry.id === petra.id ? { ...entry, restored } : entry
		);
		await world.directory.refresh();
		await world.transparency.follow();
		expect(await lines()).toEqual([]);
	});

	test.each<[string, () => Promise<unknown>]>([
		['one custodian twice', () => restore([bert, bert])],
		['a signature that is somebody else’s', () => restore([bert, cora], { signers: [bert, bert] })],
		['somebody who is no custodian', async () => restore([bert, await somebody()])],
		['the person themselves', () => restore([bert, petra])],
		[
			'another key than the person’s',
			() => restore([bert, cora], { identityKey: randomBytes(32) })
		],
		[
			'a statement that the server does not show',
			async () => world.log.concealed.add(await restore([bert, cora]))
		],
		[
			'custodians who are it no more',
			async () => {
				await name([ada, petra]);
				await restore([bert, cora]);
			}
		]
	])('is told of without names where the log has %s', async (_name, work) => {
		await name([ada, bert, cora, petra]);
		await work();
		await world.transparency.follow();
		expect(await lines()).toEqual([unproven()]);
	});

	test.each<[string, () => Promise<void>]>([
		['by nobody', async () => undefined],
		['by a member', () => name([bert, cora], bert)],
		['by an administrator after the fact', async () => undefined]
	])('is told of without names where they were made custodians %s', async (when, work) => {
		await work();
		await restore([bert, cora]);
		if (when.endsWith('fact')) await name([bert, cora]);
		await world.transparency.follow();
		expect(await lines()).toEqual([unproven()]);
	});

	test('does not concern a device that came later', async () => {
		await name([ada, bert, cora]);
		await restore([bert, cora]);
		const { log, mine } = world;
		const at = log.statements.findIndex(({ statement }) => statement === mine.certificate);
		log.statements.push(...log.statements.splice(at, 1));
		const later = await openLogWorld();
		Object.assign(later, { me: world.me, mine, log: log.fork(), serverKeys: world.serverKeys });
		later.people = world.people;
		await later.open();
		await later.directory.refresh();
		await later.transparency.follow();
		expect(await later.store.read.messages.toArray()).toEqual([]);
	});
});

describe('one’s own access that was restored', () => {
	test('is an alarm on a device that was there before, proven or not', async () => {
		await name([ada, bert, cora]);
		await restore([bert, cora], { person: world.me });
		await restore([bert, bert], { person: world.me });
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'restored', by: [bert.id, cora.id], approvedAt: AT + 1, isHere: false },
			{ type: 'restored', by: [], approvedAt: null, isHere: false }
		]);
	});

	test('is hidden no more than anything else about this person', async () => {
		await name([ada, bert, cora]);
		world.log.concealed.add(await restore([bert, cora], { person: world.me }));
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'hidden' },
			{ type: 'restored', by: [], approvedAt: null }
		]);
	});

	test('is an alarm on the device that came in by it, where the log tells of another one or of none', async () => {
		const [device, request] = [uuidV4(), uuidV4()];
		const enter = async (restoredBy: string) => {
			const anew = await openLogWorld();
			const { me, log, serverKeys, people } = world;
			Object.assign(anew, { me, log, serverKeys, people, mine: { device }, restoredBy });
			await anew.open();
			await anew.directory.refresh();
			await anew.transparency.follow();
			return anew.alarms();
		};
		await name([ada, bert, cora]);
		await restore([bert, cora], { person: world.me, request });
		world.log.addDevice(await certificateFor(world.me, { device }));
		expect(await enter(request)).toEqual(['restored']);
		expect(await enter(uuidV4())).toEqual(['restored-unlogged', 'restored']);
		world.log = world.log.fork();
		world.log.statements.splice(-2, 1);
		expect(await enter(request)).toEqual(['restored-unlogged']);
	});

	test('is told of on the device that came in by it, and on none that was linked after it', async () => {
		await name([ada, bert, cora]);
		await restore([bert, cora], { person: world.me });
		const devices = [uuidV4(), uuidV4()];
		for (const device of devices) world.log.addDevice(await certificateFor(world.me, { device }));
		for (const [index, device] of devices.entries()) {
			const anew = await openLogWorld();
			const { me, log, serverKeys, people } = world;
			Object.assign(anew, { me, log, serverKeys, people, mine: { device } });
			await anew.open();
			await anew.directory.refresh();
			await anew.transparency.follow();
			const found = (await readAlarms(anew.store.read)).filter(({ type }) => type === 'restored');
			expect(found).toMatchObject(index === 0 ? [{ isHere: true, by: [bert.id, cora.id] }] : []);
		}
	});
});
