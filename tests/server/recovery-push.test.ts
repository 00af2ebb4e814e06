/** Custodians whose app is closed are told that a request waits for them: they, while it does, and not for whom. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { anonymous } from './setup/client.ts';
import {
	anotherPerson,
	approval,
	firstPerson,
	keepAccount,
	keyInput,
	setPolicy,
	startInput,
	type Person
} from './setup/custodians.ts';
import { startPushService, type PushReceiver, type PushService } from './setup/push-service.ts';

let server: ApiServer;
let service: PushService;
let ada: Person;
let custodians: Person[];
let person: Person;
let key: string;
/** Of everybody, the administrator and the person among them. */
const receivers = new Map<Person, PushReceiver>();

const receive = async (each: Person): Promise<void> => {
	const receiver = service.subscribe();
	await each.api.notifications.subscribe(receiver.input);
	receivers.set(each, receiver);
};

beforeAll(async () => {
	service = await startPushService();
	server = await startApiServer({ PUSH_ALLOW_PRIVATE: 'true' });
	ada = await firstPerson(server, 'Ada');
	custodians = [];
	for (const name of ['Bert', 'Cora', 'Dora'])
		custodians.push(await anotherPerson(server, ada, name));
	person = await anotherPerson(server, ada, 'Emil');
	await setPolicy(ada, true);
	const made = keyInput(custodians, ada);
	await ada.api.recovery.setCustodians(made.input);
	key = made.id;
	await keepAccount(person, key);
});
afterAll(async () => {
	await server?.close();
	await service?.close();
});
beforeEach(async () => {
	for (const each of [ada, person, ...custodians]) await receive(each);
});

const receiverOf = (each: Person): PushReceiver => {
	const receiver = receivers.get(each);
	if (!receiver) throw new Error('nobody’s');
	return receiver;
};
const pushesTo = (each: Person) =>
	service.received.filter(({ path }) => path === receiverOf(each).path);
const counts = () => custodians.map((each) => pushesTo(each).length);
/** When a push service last took one for the administrator, and nothing is on its way to it any more. */
const lastTaken = async () => (await ada.api.devices.list({}))[0]?.pushedAt;
/** Whatever was due before has been sent: two more, one after the other, have come to their end since. */
const settle = async (): Promise<void> => {
	for (let round = 0; round < 2; round++) {
		const before = await lastTaken();
		await ada.api.notifications.test();
		await expect.poll(lastTaken).not.toBe(before);
	}
};

/** A push service that fails, and by itself is not asked again within a test, however long that takes. */
const LATER = { status: 503, headers: { 'retry-after': '600' } };

/** IT's link, with which nobody has come yet. */
const begin = async () => {
	const token = someBytes(32);
	const input = startInput({ id: key, custodians }, person, token);
	await ada.api.recovery.start(input);
	return { token, id: input.id };
};
/** A new device comes with it. */
const present = async ({ token, id }: { token: string; id: string }, requester = someBytes(32)) => {
	const { api } = anonymous(server.origin);
	await api.recovery.present({ token, key: requester, mac: someBytes(32) });
	return { id, requester, person };
};

test('once a new device has come with the link, and they alone', async () => {
	const link = await begin();
	await settle();
	expect(counts()).toEqual([0, 0, 0]);
	await present(link);
	await expect.poll(counts).toEqual([1, 1, 1]);
	await settle();
	expect(counts()).toEqual([1, 1, 1]);
	expect(pushesTo(person)).toEqual([]);
	expect(pushesTo(ada).map(({ body }) => receiverOf(ada).open(body).type)).not.toContain(
		'approval'
	);
});

test('without a word of whom or what it is about', async () => {
	const link = await begin();
	await present(link);
	const [bert] = custodians;
	if (!bert) throw new Error('nobody');
	// All three: what is still on its way would come to where they receive next.
	await expect.poll(counts).toEqual([1, 1, 1]);
	const [{ body, headers } = { body: Buffer.alloc(0), headers: {} }] = pushesTo(bert);
	expect(receiverOf(bert).open(body)).toEqual({
		v: 1,
		type: 'approval',
		conversation: null,
		unread: [],
		locale: 'de'
	});
	expect(JSON.stringify(headers)).not.toMatch(new RegExp(`${link.id}|${person.person}`));
});

test('once for one device that comes again, once more for another, but not within a minute', async () => {
	const link = await begin();
	const requester = someBytes(32);
	await present(link, requester);
	await expect.poll(counts).toEqual([1, 1, 1]);
	// Each has to be known as sent before the next comes: only then is it a repetition.
	await settle();
	server.advance(61_000);
	await present(link, requester);
	await settle();
	expect(counts()).toEqual([1, 1, 1]);
	await present(link);
	await expect.poll(counts).toEqual([2, 2, 2]);
	await settle();
	await present(link);
	await settle();
	expect(counts()).toEqual([2, 2, 2]);
	server.advance(61_000);
	await settle();
	await expect.poll(counts).toEqual([3, 3, 3]);
});

test('not where it waits for them no longer: they approved it elsewhere, or it is over', async () => {
	const [bert, cora, dora] = custodians;
	if (!bert || !cora || !dora) throw new Error('nobody');
	for (const each of [bert, cora]) service.answerNext(receiverOf(each), LATER);
	const first = await present(await begin());
	await expect.poll(counts).toEqual([1, 1, 1]);
	await settle();
	await bert.api.recovery.approve(approval(first, bert));
	server.advance(601_000);
	await settle();
	// Only what had failed is tried again, and only where it still waits.
	await expect.poll(counts).toEqual([1, 2, 1]);
	for (const each of custodians) service.answerNext(receiverOf(each), LATER);
	const second = await present(await begin());
	await expect.poll(counts).toEqual([2, 3, 2]);
	await settle();
	await ada.api.recovery.cancel({ id: second.id });
	server.advance(601_000);
	await settle();
	expect(counts()).toEqual([2, 3, 2]);
});
