import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wipeGrant } from '#core/engine/entering.ts';
import { presentRestoreLink, type RestoreAttempt } from '#core/engine/recover-by-custodians.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeCustodians } from '#core/protocol/recovery/custodians.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague, ColleagueOptions } from '#tests/fixtures/colleagues.ts';
import { enterRecovered, joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import {
	approve,
	codeOf,
	linkFor,
	setCustodians,
	setPolicy,
	untilSealed,
	untilShared
} from '#tests/fixtures/restoring.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let origin: string;
let ada: Colleague;
let bert: Colleague;
let cora: Colleague;
const here: Colleague[] = [];

const join = async (name: string, options: ColleagueOptions = {}): Promise<Colleague> => {
	const colleague = await joinColleague(ada, name, options);
	here.push(colleague);
	return colleague;
};

beforeAll(async () => {
	server = await startServer();
	const link = await server.firstLink();
	({ origin } = new URL(link));
	ada = await joinFromLink('Ada', link);
	here.push(ada);
	[bert, cora] = [await join('Bert'), await join('Cora')];
});
afterAll(async () => {
	for (const colleague of here) await colleague.leaveApp();
	await server?.close();
});

const newTransport = (): Transport => createNodeTransport({ url: origin });

const grantOf = async (attempt: RestoreAttempt) => {
	const { grant } = await attempt.look();
	if (!grant) throw new Error('not open yet');
	return grant;
};

describe('recovery by IT', () => {
	it('is not there until the policy wants it', async () => {
		expect(await codeOf(setCustodians(ada, ada, bert))).toBe('forbidden');
		const petra = await ada.find('Bert');
		expect(await codeOf(ada.call('startRecovery', { person: petra }))).toBe('not_found');
	});

	it('gives back everything with two custodians, and all are told', async () => {
		await setPolicy(ada, true);
		await setCustodians(ada, ada, bert, cora);
		const petra = await join('Petra');
		const chat = await petra.chatWith('Bert');
		await petra.write(chat, 'Vom alten Telefon');
		await bert.untilText(chat, 'Vom alten Telefon');
		await untilSealed(petra, ada, bert, cora);
		await untilShared(petra);
		const me = await petra.me();
		const fragment = await linkFor(ada, me);
		await petra.leaveApp();

		let attempt: RestoreAttempt | undefined;
		const recovered = await enterRecovered('Petra', origin, async (transport) => {
			attempt = await presentRestoreLink(transport, fragment);
			const { number, displayName, custodians } = attempt.preview;
			expect(displayName).toBe('Petra');
			expect(custodians.map((each) => each.displayName).toSorted()).toEqual([
				'Ada',
				'Bert',
				'Cora'
			]);
			expect(await attempt.look()).toEqual({ approvedBy: [], grant: null });
			await approve(bert, number);
			expect(await attempt.look()).toEqual({ approvedBy: [await bert.me()], grant: null });
			// The same one again counts once.
			const [again] = await bert.call('listRecoveries', undefined);
			expect(again).toMatchObject({ number: null, approvedBy: [await bert.me()] });
			expect(await codeOf(bert.call('approveRecovery', { id: again?.id ?? '', number }))).toBe(
				'not_found'
			);
			expect(await attempt.look()).toEqual({ approvedBy: [await bert.me()], grant: null });
			await approve(cora, number);
			return grantOf(attempt);
		});
		here.push(recovered);
		attempt?.end();
		expect(await recovered.me()).toBe(me);
		await recovered.untilText(chat, 'Vom alten Telefon');
		await recovered.write(chat, 'Ich bin wieder da');
		expect((await bert.untilText(chat, 'Ich bin wieder da')).author).toBe(me);

		const by = [await bert.me(), await cora.me()].toSorted();
		for (const contact of [bert, recovered])
			await contact.until(
				'person',
				{ id: me },
				(shown) => shown?.restored?.by.toSorted().join() === by.join() && !shown.keyChanged
			);
		const devices = await recovered.call('listDevices', {});
		expect(devices.map(({ recoveredBy }) => recoveredBy)).toEqual([null, 'custodians']);
	});

	it('is for the new device that came with the link, and the number that was seen', async () => {
		const dora = await join('Dora');
		await untilSealed(dora, ada, bert, cora);
		const fragment = await linkFor(ada, await dora.me());
		const first = await presentRestoreLink(newTransport(), fragment);
		await approve(ada, first.preview.number);
		const second = await presentRestoreLink(newTransport(), fragment);
		expect(second.preview.number).not.toEqual(first.preview.number);
		expect(await codeOf(first.look())).toBe('recovery_used');
		expect(await second.look()).toEqual({ approvedBy: [], grant: null });
		const [request] = await bert.call('listRecoveries', undefined);
		const { number } = first.preview;
		const late = bert.call('approveRecovery', { id: request?.id ?? '', number });
		expect(await codeOf(late)).toBe('conflict');
		await bert.call('refuseRecovery', { id: request?.id ?? '' });
		expect(await codeOf(second.look())).toBe('recovery_refused');
		expect(await codeOf(presentRestoreLink(newTransport(), fragment))).toBe('recovery_refused');
	});

	it('is nothing for an administrator alone, nor for a custodian’s own account', async () => {
		await untilSealed(bert, ada, bert, cora);
		const fragment = await linkFor(ada, await bert.me());
		const attempt = await presentRestoreLink(newTransport(), fragment);
		await approve(ada, attempt.preview.number);
		expect(await attempt.look()).toEqual({ approvedBy: [await ada.me()], grant: null });
		const me = await bert.me();
		const seen = await bert.call('listRecoveries', undefined);
		expect(seen.filter(({ person }) => person === me)).toEqual([]);
		const [request] = await ada.call('listRecoveries', undefined);
		await ada.call('cancelRecovery', { id: request?.id ?? '' });
	});

	it('ends for those who are custodians no more', async () => {
		const emil = await join('Emil');
		await untilSealed(emil, ada, bert, cora);
		const fragment = await linkFor(ada, await emil.me());
		const attempt = await presentRestoreLink(newTransport(), fragment);
		await approve(cora, attempt.preview.number);
		await setCustodians(ada, ada, bert);
		expect(await codeOf(attempt.look())).toBe('recovery_cancelled');
		await untilSealed(emil, ada, bert);
		const again = await presentRestoreLink(newTransport(), await linkFor(ada, await emil.me()));
		const going = (await cora.call('listRecoveries', undefined)).filter(({ ended }) => !ended);
		expect(going).toEqual([]);
		await approve(ada, again.preview.number);
		await approve(bert, again.preview.number);
		wipeGrant(await grantOf(again));
	});

	it('leaves no copy and no request once the policy wants none', async () => {
		const frida = await join('Frida');
		await untilSealed(frida, ada, bert);
		const fragment = await linkFor(ada, await frida.me());
		const attempt = await presentRestoreLink(newTransport(), fragment);
		await approve(ada, attempt.preview.number);
		await setPolicy(ada, false);
		expect(await codeOf(attempt.look())).toBe('recovery_unknown');
		await frida.until('recovery', undefined, (state) => state?.custodians === null);
		expect(await codeOf(presentRestoreLink(newTransport(), fragment))).toBe('recovery_unknown');
		const person = await frida.me();
		expect(await codeOf(ada.call('startRecovery', { person }))).toBe('not_found');
		// Those who were custodians before are none by that alone; an administrator who has seen nothing of it chooses anew.
		await setPolicy(ada, true);
		expect(await codeOf(ada.call('startRecovery', { person }))).toBe('not_found');
		await setCustodians(ada, ada, bert);
		await untilSealed(frida, ada, bert);
	});
});

describe('a server that is not honest', () => {
	it('gets no copy for a key of its own, whoever it says has signed it', async () => {
		const statements: string[] = [];
		const adaPerson = await ada.me();
		const people = await Promise.all(
			[ada, bert].map(async (each) => ({
				person: await each.me(),
				identityKey: await each.withStore(({ read }) =>
					read.facts.get('account').then((fact) => (fact as AccountFact).identity.publicKey)
				)
			}))
		);
		const own = await generateSigningKeys();
		const made = (admin: string, among = people) =>
			makeCustodians({ id: uuidV4(), number: 1000, at: 1, authority: 'localhost' }, among, {
				person: admin,
				identity: own
			});
		const [asAda, asMember, others] = [
			await made(adaPerson),
			await made(await cora.me()),
			await made(
				adaPerson,
				people.map(({ person }) => ({ person, identityKey: own.publicKey }))
			)
		];
		for (const { statement } of [asAda, asMember, others]) statements.push(toBase64url(statement));
		const sealed: string[] = [];
		const lying = (transport: Transport): Transport => ({
			...transport,
			recovery: {
				...transport.recovery,
				recipients: async () => ({
					code: null,
					custodians: statements[0] ?? null,
					keyNumber: 1000
				})
			},
			account: {
				...transport.account,
				rotate: async (input) => {
					sealed.push(...input.sealed.map(({ kind }) => kind));
					return transport.account.rotate(input);
				},
				addRecipient: async (input) => {
					sealed.push(input.kind);
					return transport.account.addRecipient(input);
				}
			}
		});
		for (let turn = 0; turn < 3; turn++) {
			const gabi = await join(`Gabi ${turn}`, { wrap: lying });
			await gabi.until('recovery', undefined, (state) => state !== null);
			await gabi.chatWith('Bert');
			await gabi.leaveApp();
			statements.shift();
		}
		expect(sealed).toContain('device');
		expect(sealed).not.toContain('custodians');
	});

	it('can’t put a new device of its own in the place of the person’s', async () => {
		const hans = await join('Hans');
		await untilSealed(hans, ada, bert);
		const fragment = await linkFor(ada, await hans.me());
		const swapping = (transport: Transport): Transport => ({
			...transport,
			recovery: {
				...transport.recovery,
				present: (input) =>
					transport.recovery.present({ ...input, key: toBase64url(new Uint8Array(32).fill(9)) })
			}
		});
		await presentRestoreLink(swapping(newTransport()), fragment);
		const [request] = await bert.call('listRecoveries', undefined);
		expect(request).toMatchObject({ isForged: true, number: null });
	});

	it('can’t hand out other custodians than the link was made for, nor another copy', async () => {
		const ida = await join('Ida');
		await untilSealed(ida, ada, bert);
		const fragment = await linkFor(ada, await ida.me());
		const own = await generateSigningKeys();
		const people = [ada, bert].map(async (each) => ({
			person: await each.me(),
			identityKey: own.publicKey
		}));
		const { statement } = await makeCustodians(
			{ id: uuidV4(), number: 1000, at: 1, authority: 'localhost' },
			await Promise.all(people),
			{ person: await ada.me(), identity: own }
		);
		const changing = (change: object): Transport => {
			const transport = newTransport();
			const present: Transport['recovery']['present'] = async (input) => ({
				...(await transport.recovery.present(input)),
				...change
			});
			return { ...transport, recovery: { ...transport.recovery, present } };
		};
		const foreign = presentRestoreLink(changing({ statement: toBase64url(statement) }), fragment);
		expect(await codeOf(foreign)).toBe('recovery_unknown');
		const body = toBase64url(crypto.getRandomValues(new Uint8Array(300)));
		const attempt = await presentRestoreLink(changing({ body }), fragment);
		await approve(ada, attempt.preview.number);
		await approve(bert, attempt.preview.number);
		expect(await codeOf(attempt.look())).toBe('recovery_unknown');
	});
});
