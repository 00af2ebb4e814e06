/**
 * A device that comes in, by every way that there is: colleagues let it in with its person's certificate and with proof
 * that it stands in the log as they know it, and with nothing less.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDevice } from '#shared/contract/devices.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import type { EngineOptions } from '#core/engine/options.ts';
import { fingerprintOf, issueCertificate, readCertificate } from '#core/protocol/certificate.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { openStore } from '#core/store/database.ts';
import { wasReader } from '#core/sync/readers.ts';
import { type Colleague, joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { setCustodians } from '#tests/fixtures/restoring.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { Terminal } from '#tests/fixtures/terminal.ts';
import { Witness, honest, liesOf } from '#tests/fixtures/witness.ts';
import { WAYS_IN, type Authority, type Spoiling, type Way } from '#tests/fixtures/ways-in.ts';

const PATIENCE = 90_000;
/** For a whole test: persons join, chats are made, devices are let in. */
const LONGEST = 10 * 60_000;

const lies = liesOf(() => server.dataDir);
const witnesses = {
	olga: new Witness(honest),
	heidi: new Witness(lies.hiding),
	steffen: new Witness(lies.stale),
	florian: new Witness(lies.forked)
};
const [olga, ...deceived] = Object.values(witnesses) as [Witness, ...Witness[]];
let server: TestServer;
let authority: Authority;
const here: Colleague[] = [];

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000' } });
	const first = await server.firstLink();
	const ada = await joinFromLink('Ada', first);
	const bert = await joinColleague(ada, 'Bert');
	here.push(ada, bert);
	const { version, policy } = await ada.until('policy', undefined, () => true);
	await ada.call('setPolicy', {
		version,
		policy: { ...policy, recoveryByIt: true, terminalPin: true, maxDevices: 20 }
	});
	await setCustodians(ada, ada, bert);
	const terminal = await Terminal.register(ada, 'Bibliothek');
	authority = { origin: new URL(first).origin, ada, bert, terminal };
	for (const [name, witness] of Object.entries(witnesses)) {
		witness.colleague = await joinColleague(ada, name, { wrap: (inner) => witness.wrap(inner) });
		here.push(witness.colleague);
	}
}, LONGEST);
afterAll(async () => {
	for (const colleague of here) await colleague.leaveApp();
	await server?.close();
});

/** Looks at what the new device says of itself when it comes in; `spoil` changes what it has then. */
function watching(
	onDevice: (device: NewDevice) => Promise<void>,
	spoil: (account: AccountFact) => Promise<AccountFact> = async (account) => account
): Spoiling & { fingerprint(): Uint8Array; startsAs(): string | null } {
	let key = '';
	let identity: string | null = null;
	let isOpening = false;
	const look = async (device: NewDevice): Promise<void> => {
		key = device.signatureKey;
		await onDevice(device);
	};
	return {
		fingerprint: () => fingerprintOf(fromBase64url(key)),
		startsAs: () => identity,
		wrap: (inner) => ({
			...inner,
			entering: {
				...inner.entering,
				enter: async (input) => {
					await look(input.device);
					return inner.entering.enter(input);
				}
			},
			devices: {
				...inner.devices,
				// What it has made before it is spoilt is for nobody.
				publishKeyPackages: async (input) =>
					isOpening ? inner.devices.publishKeyPackages(input) : undefined
			},
			enrolment: {
				...inner.enrolment,
				redeem: async (input) => {
					identity = input.identityKey;
					await look(input.device);
					return inner.enrolment.redeem(input);
				}
			}
		}),
		async beforeOpening(options: EngineOptions) {
			const store = await openStore(options);
			try {
				const account = await store.read.facts.get('account');
				if (account?.name !== 'account') throw new Error('no account');
				isOpening = true;
				const spoilt = await spoil(account);
				await store.write(['facts', 'keyPackages'], async ({ facts, keyPackages }) => {
					await facts.put(spoilt);
					await keyPackages.clear();
				});
			} finally {
				store.close();
			}
		}
	};
}

const isIn = (witness: Witness, chat: string, fingerprint: Uint8Array): Promise<boolean> =>
	witness.colleague.withStore(async ({ read }) => {
		const keys = (await read.epochKeys.toArray()).filter(
			({ conversation }) => conversation === chat
		);
		const last = keys.toSorted((a, b) => b.epoch - a.epoch)[0];
		return last !== undefined && wasReader(last, fingerprint);
	});

/** The witness's device does not go along: with the new device's own commit, or with writing to it. */
async function untilRefused(witness: Witness, chat: string): Promise<void> {
	const hasRefused = async (): Promise<boolean> =>
		witness.refused.has(chat) ||
		(await witness.colleague.messages(chat)).some(({ state }) => state === 'refused');
	await expect.poll(hasRefused, { timeout: PATIENCE }).toBe(true);
}

/** Somebody who has a new key is known by it once an administrator has answered for it. */
async function untilKnown(witness: Witness, person: string, key: string | null): Promise<void> {
	await witness.colleague.until(
		'person',
		{ id: person },
		(shown) => shown !== null && !shown.keyChanged && (key === null || shown.identityKey === key),
		PATIENCE
	);
}

let people = 0;

/** Somebody whom the witnesses write with, unless they are new. */
async function begin(way: Way, among: Witness[]) {
	const name = `Petra ${++people}`;
	const person = way.isNew ? ({ name } as Colleague) : await joinColleague(authority.ada, name);
	const chats = new Map<Witness, string>();
	if (!way.isNew) {
		here.push(person);
		for (const witness of among) {
			const chat = await witness.colleague.chatWith(name);
			await witness.colleague.write(chat, 'Guten Morgen');
			await person.untilText(chat, 'Guten Morgen', PATIENCE);
			chats.set(witness, chat);
		}
	}
	const noted = await way.prepare(authority, person);
	return {
		person,
		comeIn: (spoiling: Spoiling) => way.comeIn({ authority, person, noted, spoiling }),
		async write(witness: Witness): Promise<string> {
			const chat = chats.get(witness) ?? (await witness.colleague.chatWith(name));
			await witness.colleague.write(chat, 'Nur für Petra');
			return chat;
		}
	};
}

describe.each(WAYS_IN.map((way) => [way.name, way] as const))('%s', (_name, way) => {
	it(
		'lets in whoever has proof under the head that colleagues know, and nobody else',
		async () => {
			const { comeIn, write, person } = await begin(way, [olga, ...deceived]);
			const spoiling = watching(async (device) => {
				for (const witness of deceived) await witness.hearOf(device);
			});
			const device = await comeIn(spoiling);
			try {
				await untilKnown(olga, await device.me(), spoiling.startsAs());
				const chat = await write(olga);
				await expect
					.poll(() => isIn(olga, chat, spoiling.fingerprint()), { timeout: PATIENCE })
					.toBe(true);
				// What is written before is not for whoever starts anew.
				await olga.colleague.write(chat, 'Da sind Sie ja');
				await device.untilText(chat, 'Da sind Sie ja', PATIENCE);
				for (const witness of deceived) {
					const theirs = await write(witness);
					await untilRefused(witness, theirs);
					expect(await isIn(witness, theirs, spoiling.fingerprint())).toBe(false);
				}
				await witnesses.florian.colleague.until(
					'alarms',
					undefined,
					(alarms) => alarms.some(({ type }) => type === 'log-changed'),
					PATIENCE
				);
				for (const { colleague } of [olga, witnesses.heidi])
					expect(await colleague.until('alarms', undefined, () => true)).toEqual([]);
			} finally {
				for (const witness of deceived) witness.hearAllAgain();
				await device.leaveApp();
				if (!way.isNew) await person.leaveApp();
			}
		},
		LONGEST
	);

	it.each([
		['a certificate that nobody has signed', async (own: Uint8Array) => own.slice().fill(0, -64)],
		[
			'a certificate that somebody else has made',
			async (own: Uint8Array) => issueCertificate(readCertificate(own), await generateSigningKeys())
		]
	])(
		'lets in nobody with %s',
		async (_what, made) => {
			const { comeIn, write, person } = await begin(way, [olga]);
			const spoiling = watching(
				async () => undefined,
				async (account) => ({ ...account, certificate: await made(account.certificate) })
			);
			const device = await comeIn(spoiling);
			try {
				await untilKnown(olga, await device.me(), spoiling.startsAs());
				const chat = await write(olga);
				await untilRefused(olga, chat);
				expect(await isIn(olga, chat, spoiling.fingerprint())).toBe(false);
			} finally {
				await device.leaveApp();
				if (!way.isNew) await person.leaveApp();
			}
		},
		LONGEST
	);
});
