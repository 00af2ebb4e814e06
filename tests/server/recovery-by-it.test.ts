/** What the server itself sees to, asked by clients that are not ours. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECOVERY_REQUEST_MILLIS, RECOVERY_SEEN_MILLIS } from '#shared/contract/recovery.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import {
	anotherPerson,
	approval,
	bytes,
	firstPerson,
	keepAccount,
	keyInput,
	makeIdentity,
	setPolicy,
	startInput,
	type Key,
	type Person
} from './setup/custodians.ts';
import { anonymous, codeOf, listen, makeDeviceKeys, tokenHashOf } from './setup/client.ts';

let server: ApiServer;
let ada: Person;
let bert: Person;
let cora: Person;

const newPerson = (name: string) => anotherPerson(server, ada, name);
const wantRecovery = (isOn: boolean) => setPolicy(ada, isOn);

beforeAll(async () => {
	server = await startApiServer();
	ada = await firstPerson(server, 'Ada');
	[bert, cora] = [await newPerson('Bert'), await newPerson('Cora')];
});
afterAll(() => server?.close());

async function setKey(custodians: Person[]): Promise<Key> {
	const { id, input } = keyInput(custodians, ada);
	await ada.api.recovery.setCustodians(input);
	return { id, custodians };
}

/** A person with an account and a copy for the custodians. */
async function withCopy(name: string, key: Key): Promise<Person> {
	const person = await newPerson(name);
	await keepAccount(person, key.id);
	return person;
}

/** A request that a new device has come for. */
async function present(key: Key, person: Person) {
	const token = someBytes(32);
	const input = startInput(key, person, token);
	await ada.api.recovery.start(input);
	const requester = someBytes(32);
	const { api } = anonymous(server.origin);
	await api.recovery.present({ token, key: requester, mac: someBytes(32) });
	return { id: input.id, token, requester, person, api };
}
const finish = ({ api, token, requester }: Presented, permit = someBytes(32)) =>
	api.recovery.finish({ token, key: requester, permitHash: tokenHashOf(permit) });

const listed = async (by: Person, { id }: { id: string }) =>
	(await by.api.recovery.requests()).find((each) => each.id === id);

type Presented = Awaited<ReturnType<typeof present>>;

describe('the authority’s key', () => {
	test('is taken from an administrator, while the policy wants recovery by IT', async () => {
		const set = (
			given: { input: Parameters<typeof ada.api.recovery.setCustodians>[0] },
			by = ada
		) => codeOf(by.api.recovery.setCustodians(given.input));
		const early = keyInput([ada, bert], ada);
		expect(await set(early)).toBe('forbidden');
		await wantRecovery(true);
		expect(await set(keyInput([ada, bert], bert), bert)).toBe('forbidden');
		expect(await set(keyInput([ada, bert], bert))).toBe('bad_request');
		const listener = await listen(cora);
		expect(await set(early)).toBe('no error');
		await listener.next('policy');
		listener.close();
		expect(await set(early)).toBe('no error');
		expect(await set(keyInput([ada, bert], ada, { number: 1 }))).toBe('conflict');
		const { custodians } = await cora.api.recovery.recipients();
		expect(custodians).toBe(early.input.statement);
		const own = await ada.api.transparency.own();
		expect(own.map(({ type }) => type)).toContain(STATEMENT.custodians);
	});

	test('is refused with another signature, another key of somebody, or a share too few', async () => {
		const good = keyInput([ada, bert, cora], ada);
		const set = (change: object) =>
			codeOf(ada.api.recovery.setCustodians({ ...good.input, ...change }));
		const broken = Buffer.from(bytes(good.input.statement));
		broken[40] = (broken[40] ?? 0) ^ 1;
		expect(await set({ statement: broken.toString('base64url') })).toBe('bad_request');
		expect(await set({ shares: good.input.shares.slice(1) })).toBe('bad_request');
		const stranger = { ...bert, identity: makeIdentity() };
		expect(await set(keyInput([ada, stranger], ada).input)).toBe('bad_request');
		expect(await set(keyInput([ada, ada], ada).input)).toBe('bad_request');
		expect(await set(keyInput([ada], ada).input)).toBe('bad_request');
	});
});

describe('copies for custodians', () => {
	test('are kept for the newest key only, and gone once the policy wants none', async () => {
		const first = await setKey([ada, bert]);
		const dora = await withCopy('Dora', first);
		const recipients = async () =>
			(await dora.api.account.state()).recipients.map(({ kind, id }) => `${kind} ${id}`);
		const add = (id: string) =>
			codeOf(
				dora.api.account.addRecipient({
					generation: 1,
					kind: 'custodians',
					id,
					body: someBytes(300)
				})
			);
		expect(await recipients()).toContain(`custodians ${first.id}`);
		const second = await setKey([bert, cora]);
		expect(await recipients()).toEqual([`device ${dora.device}`]);
		expect(await add(first.id)).toBe('conflict');
		expect(await add(second.id)).toBe('no error');
		await wantRecovery(false);
		expect(await recipients()).toEqual([`device ${dora.device}`]);
		expect(await add(second.id)).toBe('conflict');
		expect((await dora.api.recovery.recipients()).custodians).toBeNull();
		await wantRecovery(true);
		expect(await add(second.id)).toBe('conflict');
		expect((await dora.api.recovery.recipients()).custodians).toBeNull();
	});
});

describe('a request', () => {
	test('lets a device in once two custodians have approved it, and says so in the log', async () => {
		const key = await setKey([ada, bert, cora]);
		const emil = await withCopy('Emil', key);
		const request = await present(key, emil);
		expect(await codeOf(finish(request))).toBe('forbidden');
		await bert.api.recovery.approve(approval(request, bert));
		expect(await codeOf(bert.api.recovery.approve(approval(request, bert)))).toBe('conflict');
		expect(await codeOf(finish(request))).toBe('forbidden');
		const listener = await listen(emil);
		expect((await listed(ada, request))?.approvedBy).toEqual([bert.person]);
		await cora.api.recovery.approve(approval(request, cora));
		expect(await codeOf(ada.api.recovery.approve(approval(request, ada)))).toBe('conflict');
		expect(await codeOf(bert.api.recovery.refuse({ id: request.id }))).toBe('conflict');
		expect(await listed(bert, request)).toMatchObject({ stage: 'restored', task: null });
		await listener.next('recovery');
		listener.close();
		const permit = someBytes(32);
		await finish(request, permit);
		const keys = makeDeviceKeys();
		const device = randomUUID();
		const me = await anonymous(server.origin).api.entering.enter({
			token: permit,
			device: {
				id: device,
				name: 'Ersatz',
				kind: 'phone',
				signatureKey: keys.publicKey,
				certificate: someBytes(200)
			},
			proof: keys.signIn(device, permit)
		});
		expect(me.device.recoveredBy).toBe('custodians');
		const own = await emil.api.transparency.own();
		expect(own.filter(({ type }) => type === STATEMENT.restoration)).toHaveLength(1);
		const { people } = await ada.api.directory.changes({});
		const shown = people.find(({ id }) => id === emil.person)?.restored;
		expect(shown?.by.toSorted()).toEqual([bert.person, cora.person].toSorted());
		// A third has nothing to add, and nobody else comes in by the link.
		const taken = request.api.recovery.present({
			token: request.token,
			key: someBytes(32),
			mac: someBytes(32)
		});
		expect(await codeOf(taken)).toBe('recovery_used');
		// An answer that was lost is asked for again.
		expect(await codeOf(finish(request, permit))).toBe('no error');
		expect(await codeOf(ada.api.recovery.cancel({ id: request.id }))).toBe('conflict');
		expect(await codeOf(bert.api.recovery.refuse({ id: request.id }))).toBe('conflict');
		expect(await listed(ada, request)).toMatchObject({ stage: 'finished', ended: { by: null } });
	});

	test('counts no approval by the person, by others, for another device, or with a wrong signature', async () => {
		const key = await setKey([ada, bert, cora]);
		const emil = await withCopy('Emil', key);
		const frida = await withCopy('Frida', key);
		const request = await present(key, emil);
		const approve = (by: Person, change: object = {}) =>
			codeOf(by.api.recovery.approve({ ...approval(request, by), ...change }));
		expect(await approve(emil)).toBe('not_found');
		expect(await approve(frida)).toBe('not_found');
		expect(await approve(bert, { requesterKey: someBytes(32) })).toBe('conflict');
		expect(await approve(bert, { signature: someBytes(64) })).toBe('bad_request');
		const others = approval(request, cora);
		expect(await approve(bert, { signature: others.signature, at: others.at })).toBe('bad_request');
		const old = Date.now() - 3 * 24 * 60 * 60_000;
		expect(await codeOf(bert.api.recovery.approve(approval(request, bert, old)))).toBe(
			'bad_request'
		);
		expect(await codeOf(finish(request))).toBe('forbidden');
		expect(await frida.api.recovery.requests()).toEqual([]);
		expect(await codeOf(frida.api.recovery.cancel({ id: request.id }))).toBe('forbidden');
		expect(await codeOf(frida.api.recovery.refuse({ id: request.id }))).toBe('not_found');
		expect(await codeOf(emil.api.recovery.refuse({ id: request.id }))).toBe('not_found');
	});

	test('for a custodian is not theirs to approve', async () => {
		const key = await setKey([ada, bert, cora]);
		await keepAccount(bert, key.id);
		const request = await present(key, bert);
		expect(await codeOf(bert.api.recovery.approve(approval(request, bert)))).toBe('not_found');
		expect(await listed(bert, request)).toBeUndefined();
		expect(await codeOf(bert.api.recovery.refuse({ id: request.id }))).toBe('not_found');
	});

	test('is over after a day, with another key, and when it is cancelled or made anew', async () => {
		const key = await setKey([ada, bert, cora]);
		const hans = await withCopy('Hans', key);
		const late = await present(key, hans);
		await bert.api.recovery.approve(approval(late, bert));
		server.advance(RECOVERY_REQUEST_MILLIS + 1);
		const at = Date.now() + RECOVERY_REQUEST_MILLIS;
		expect(await codeOf(cora.api.recovery.approve(approval(late, cora, at)))).toBe(
			'recovery_expired'
		);
		expect(await codeOf(finish(late))).toBe('recovery_expired');
		expect(await listed(bert, late)).toMatchObject({
			stage: 'expired',
			ended: null,
			approvedBy: [bert.person]
		});

		const first = await present(key, hans);
		const second = await present(key, hans);
		const over = { stage: 'cancelled', ended: { by: ada.person } };
		expect(await codeOf(finish(first))).toBe('recovery_cancelled');
		expect(await listed(cora, first)).toMatchObject(over);
		await ada.api.recovery.cancel({ id: second.id });
		expect(await codeOf(ada.api.recovery.cancel({ id: second.id }))).toBe('conflict');
		expect(await codeOf(finish(second))).toBe('recovery_cancelled');

		const third = await present(key, hans);
		await setKey([ada, bert]);
		expect(await codeOf(finish(third))).toBe('recovery_cancelled');
		expect(await listed(ada, third)).toMatchObject(over);
	});

	test('is begun by administrators, for people with a copy, with all custodians', async () => {
		const key = await setKey([ada, bert, cora]);
		const ida = await withCopy('Ida', key);
		const nobody = await newPerson('Jan');
		const token = someBytes(32);
		const input = startInput(key, ida, token);
		expect(await codeOf(bert.api.recovery.start(input))).toBe('forbidden');
		expect(await codeOf(ada.api.recovery.start(startInput(key, nobody, token)))).toBe('not_found');
		expect(await codeOf(ada.api.recovery.start({ ...input, key: randomUUID() }))).toBe('conflict');
		const few = { ...input, auth: input.auth.slice(1) };
		expect(await codeOf(ada.api.recovery.start(few))).toBe('bad_request');
		await ada.api.recovery.start(input);
		await ada.api.recovery.start(input);
		const [newest] = await ada.api.recovery.requests();
		expect(newest).toMatchObject({ person: ida.person, stage: 'open', ended: null, task: null });
	});

	test('ends with a custodian who does not believe it, and says so for some days', async () => {
		// The server's clock has gone on by a day.
		const later = () => Date.now() + RECOVERY_REQUEST_MILLIS;
		const custodiansKey = await setKey([ada, bert, cora]);
		const hella = await withCopy('Hella', custodiansKey);
		const request = await present(custodiansKey, hella);
		await bert.api.recovery.approve(approval(request, bert, later()));
		const listener = await listen(bert);
		await cora.api.recovery.refuse({ id: request.id });
		await listener.next('recovery');
		listener.close();
		for (const each of [ada, bert, cora])
			expect(await listed(each, request)).toMatchObject({
				stage: 'refused',
				ended: { by: cora.person },
				approvedBy: [bert.person],
				task: null
			});
		const { token, requester: key } = request;
		expect(await codeOf(request.api.recovery.awaited({ token, key }))).toBe('recovery_refused');
		const again = { token, key: someBytes(32), mac: someBytes(32) };
		expect(await codeOf(request.api.recovery.present(again))).toBe('recovery_refused');
		expect(await codeOf(ada.api.recovery.approve(approval(request, ada, later())))).toBe(
			'recovery_refused'
		);
		server.advance(RECOVERY_SEEN_MILLIS + 1);
		expect(await listed(ada, request)).toBeUndefined();
	});
});
