/** A server that wants into an account by way of recovery by IT, or to hide that somebody got in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wipeGrant } from '#core/engine/entering.ts';
import { presentRestoreLink } from '#core/engine/recover-by-custodians.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeCustodians } from '#core/protocol/recovery/custodians.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import {
	approve,
	codeOf,
	grantOf,
	linkFor,
	openAuthority,
	setCustodians,
	setPolicy,
	untilRegained,
	untilSealed
} from '#tests/fixtures/restoring.ts';

let authority: Awaited<ReturnType<typeof openAuthority>>;
let ada: Colleague;
let bert: Colleague;
let cora: Colleague;
beforeAll(async () => {
	authority = await openAuthority();
	({ ada, bert, cora } = authority);
	await setPolicy(ada, true);
	await setCustodians(ada, ada, bert);
});
afterAll(() => authority?.close());

describe('a server that is not honest', () => {
	it('can neither say that somebody’s access was restored, nor hide who has answered for it', async () => {
		const at = Date.now();
		const by = [await ada.me(), await bert.me()];
		const lying = (transport: Transport): Transport => ({
			...transport,
			directory: {
				...transport.directory,
				changes: async (input) => {
					const changes = await transport.directory.changes(input);
					const restored = { at, by };
					return { ...changes, people: changes.people.map((person) => ({ ...person, restored })) };
				}
			},
			transparency: {
				...transport.transparency,
				restorations: async () => ({ restorations: [], custodians: [] })
			}
		});
		const kurt = await authority.join('Kurt');
		const lena = await authority.join('Lena', { wrap: lying });
		const chat = await lena.chatWith('Kurt');
		await lena.write(chat, 'Hallo');
		await kurt.untilText(chat, 'Hallo');
		expect((await lena.messages(chat)).filter(({ kind }) => kind === 'event')).toEqual([]);
		await untilSealed(kurt, ada, bert);
		const attempt = await presentRestoreLink(
			authority.newTransport(),
			await linkFor(ada, await kurt.me())
		);
		await approve(ada, attempt.preview.number);
		await approve(bert, attempt.preview.number);
		expect(await untilRegained(lena, chat)).toMatchObject({ by: [], at: null });
		// Whoever has a device left is warned, whether a new one comes in or not.
		const alarms = await kurt.until('alarms', undefined, (shown) =>
			shown.some(({ type }) => type === 'restored')
		);
		const told = alarms.find((alarm) => alarm.type === 'restored');
		expect(told).toMatchObject({ isHere: false });
		expect(told?.by.toSorted()).toEqual(by.toSorted());
		wipeGrant(await grantOf(attempt));
	});

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
			const gabi = await authority.join(`Gabi ${turn}`, { wrap: lying });
			await gabi.until('recovery', undefined, (state) => state !== null);
			await gabi.chatWith('Bert');
			await gabi.leaveApp();
			statements.shift();
		}
		expect(sealed).toContain('device');
		expect(sealed).not.toContain('custodians');
	});

	it('can’t put a new device of its own in the place of the person’s', async () => {
		const hans = await authority.join('Hans');
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
		await presentRestoreLink(swapping(authority.newTransport()), fragment);
		const [request] = await bert.call('listRecoveries', undefined);
		expect(request).toMatchObject({ isForged: true, number: null });
	});

	it('can’t hand out other custodians than the link was made for, nor another copy', async () => {
		const ida = await authority.join('Ida');
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
			const transport = authority.newTransport();
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
