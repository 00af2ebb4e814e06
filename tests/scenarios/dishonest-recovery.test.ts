/** A server that wants into an account by way of recovery by IT, or to hide that somebody got in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wipeGrant } from '#core/engine/entering.ts';
import { presentRestoreLink } from '#core/engine/recover-by-custodians.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeCustodians } from '#core/protocol/recovery/custodians.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import { enterRecovered, type Colleague } from '#tests/fixtures/colleagues.ts';
import { MadeLog, logSecretKey } from '#tests/fixtures/made-log.ts';
import {
	PATIENCE,
	approve,
	beginRestoring,
	codeOf,
	grantOf,
	linkFor,
	openAuthority,
	setCustodians,
	setPolicy,
	untilRegained,
	untilSealed
} from '#tests/fixtures/restoring.ts';
import { certificateOf } from '#tests/fixtures/rogue-device.ts';

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
		const attempt = await beginRestoring(authority, await kurt.me(), ada, bert);
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

	it('can’t let somebody in by two custodians and leave it out of the log, without the new device’s telling', async () => {
		const mona = await authority.join('Mona');
		const me = await mona.me();
		await untilSealed(mona, ada, bert);
		const log = new MadeLog(logSecretKey(authority.dataDir));
		for (const each of [ada, bert, cora, mona]) log.addDevice(await certificateOf(each));
		const concealing = (transport: Transport): Transport => ({
			...transport,
			transparency: log.answersFor(me),
			entering: {
				...transport.entering,
				enter: async (input) => {
					const entered = await transport.entering.enter(input);
					log.addDevice(fromBase64url(input.device.certificate));
					return entered;
				}
			}
		});
		const attempt = await beginRestoring(authority, me, ada, bert);
		await mona.leaveApp();
		const recovered = await enterRecovered(
			'Mona',
			authority.origin,
			() => grantOf(attempt),
			concealing
		);
		authority.admit(recovered);
		await recovered.until(
			'alarms',
			undefined,
			(shown) => shown.some(({ type }) => type === 'restored-unlogged'),
			PATIENCE
		);
	});

	describe('that wants copies for custodians of its own', () => {
		/** Null: what is true. */
		interface Shown {
			custodians: string | null;
		}
		const accountOf = (colleague: Colleague): Promise<AccountFact> =>
			colleague.withStore(async ({ read }) => (await read.facts.get('account')) as AccountFact);
		const personOf = async (colleague: Colleague) => ({
			person: await colleague.me(),
			identityKey: (await accountOf(colleague)).identity.publicKey
		});
		const statementBy = async (
			admin: { person: string; identity: SigningKeys },
			among: { person: string; identityKey: Uint8Array }[]
		): Promise<string> => {
			const { domain } = (await accountOf(ada)).authority;
			const { statement } = await makeCustodians(
				{ id: uuidV4(), number: 1000, at: 1, authority: domain },
				among,
				admin
			);
			return toBase64url(statement);
		};
		/** What is sealed for whom by somebody to whom the server shows this key. */
		const showing =
			(shown: Shown, sealed: string[]) =>
			(transport: Transport): Transport => ({
				...transport,
				recovery: {
					...transport.recovery,
					recipients: async () => {
						const answer = await transport.recovery.recipients();
						const { custodians } = shown;
						return custodians === null ? answer : { ...answer, custodians, keyNumber: 1000 };
					}
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
		let newcomers = 0;
		/** Somebody new joins, whose device is shown this; they look after what they are told. */
		const meet = async (shown: Shown): Promise<Colleague> => {
			const sealed: string[] = [];
			const name = `Gabi ${++newcomers}`;
			const gabi = await authority.join(name, { wrap: showing(shown, sealed) });
			const state = await gabi.until('recovery', undefined, (known) => known !== null, PATIENCE);
			expect(state?.custodians).toBeNull();
			await gabi.chatWith('Bert');
			await expect.poll(() => sealed, { timeout: PATIENCE }).toContain('device');
			expect(sealed).not.toContain('custodians');
			return gabi;
		};
		const untilTold = (gabi: Colleague) =>
			gabi.until(
				'alarms',
				undefined,
				(shown) => shown.some(({ type }) => type === 'false-custodians'),
				PATIENCE
			);

		it('gets none for a key that nobody, or no administrator, has signed', async () => {
			const identity = await generateSigningKeys();
			const [one, other] = [await personOf(ada), await personOf(bert)];
			const asAda = { person: one.person, identity };
			const asMember = { person: await cora.me(), identity };
			const others = [one, other].map(({ person }) => ({
				person,
				identityKey: identity.publicKey
			}));
			for (const statement of [
				await statementBy(asAda, [one, other]),
				await statementBy(asMember, [one, other]),
				await statementBy(asAda, others),
				toBase64url(crypto.getRandomValues(new Uint8Array(300)))
			]) {
				const gabi = await meet({ custodians: statement });
				await untilTold(gabi);
				await gabi.leaveApp();
			}
		});

		it('gets none together with an administrator who signs what stands in no log', async () => {
			const { person, identity } = await accountOf(ada);
			const { publicKey, secretKey } = identity;
			if (!secretKey) throw new Error('no account');
			const admin = { person, identity: { publicKey, secretKey } };
			const among = [await personOf(bert), await personOf(cora)];
			const statement = await statementBy(admin, among);
			const gabi = await meet({ custodians: statement });
			const told = (await untilTold(gabi)).find(({ type }) => type === 'false-custodians');
			expect(told).toMatchObject({
				by: person,
				people: among.map((each) => each.person),
				statement
			});
			await gabi.leaveApp();
		});

		it('gets none for those who were custodians before, on a device that has never seen it', async () => {
			const seen: string[] = [];
			const noting = (transport: Transport): Transport => {
				const recipients: Transport['recovery']['recipients'] = async () => {
					const answer = await transport.recovery.recipients();
					if (answer.custodians !== null) seen.push(answer.custodians);
					return answer;
				};
				return { ...transport, recovery: { ...transport.recovery, recipients } };
			};
			const witness = await authority.join('Zeugin', { wrap: noting });
			await untilSealed(witness, ada, bert);
			await setCustodians(ada, ada, cora);
			await untilSealed(witness, ada, cora);
			const shown: Shown = { custodians: seen[0] ?? null };
			expect(seen.at(-1)).not.toBe(shown.custodians);
			const gabi = await meet(shown);
			expect(await gabi.until('alarms', undefined, () => true)).toEqual([]);
			// It would have: the one that stands it seals for.
			shown.custodians = null;
			await setCustodians(ada, ada, bert);
			await untilSealed(gabi, ada, bert);
		});
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
