import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecoveryCode } from '#core/engine/recover-by-code.ts';
import { wipeGrant } from '#core/engine/entering.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { readRecoveryCode, recoveryTokenOf } from '#core/protocol/recovery/recovery-code.ts';
import type { BackupFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { enterRecovered, joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let origin: string;
let jonas: Colleague;
const here: Colleague[] = [];

const present = <Each extends Colleague>(colleague: Each): Each => {
	here.push(colleague);
	return colleague;
};

beforeAll(async () => {
	server = await startServer();
	const link = await server.firstLink();
	({ origin } = new URL(link));
	jonas = present(await joinFromLink('Jonas', link));
});
afterAll(async () => {
	for (const colleague of here) await colleague.leaveApp();
	await server?.close();
});

const withCode = (name: string, code: string, wrap = (transport: Transport) => transport) =>
	enterRecovered(name, origin, (transport) => openRecoveryCode(wrap(transport), code));

const codeOf = (code: string): Promise<string> =>
	openRecoveryCode(createNodeTransport({ url: origin }), code).then(
		(grant) => {
			wipeGrant(grant);
			return 'opened';
		},
		(error: { code: string }) => error.code
	);

const backupOf = (colleague: Colleague): Promise<BackupFact> =>
	colleague.withStore(async ({ read }) => (await read.facts.get('backup')) as BackupFact);

/** The device has that many generations, all from the first on. */
async function untilGenerations(colleague: Colleague, count: number): Promise<void> {
	for (;;) {
		const { generations } = await backupOf(colleague);
		if (generations.length === count) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

describe('a lost phone', () => {
	it('is replaced by the code: the same person, who goes on where they were', async () => {
		const petra = await joinColleague(jonas, 'Petra');
		const chat = await petra.chatWith('Jonas');
		await petra.write(chat, 'Vom alten Telefon');
		await jonas.untilText(chat, 'Vom alten Telefon');
		const me = await petra.me();
		const code = await petra.noteRecoveryCode();
		// The first generation is made in the background, or for the code at the latest.
		const before = await backupOf(petra);
		await petra.until('recovery', undefined, (state) => state?.code?.usedAt === null);
		await petra.leaveApp();

		const recovered = present(await withCode('Petra', code));
		expect(await recovered.me()).toBe(me);
		expect((await backupOf(recovered)).generations).toEqual(before.generations);
		await recovered.until('conversation', { id: chat }, (shown) => shown?.active === true);
		await recovered.write(chat, 'Ich bin wieder da');
		expect((await jonas.untilText(chat, 'Ich bin wieder da')).author).toBe(me);
		const person = await jonas.find('Petra');
		const known = await jonas.until('person', { id: person }, () => true);
		expect(known?.keyChanged).toBe(false);

		const devices = await recovered.call('listDevices', {});
		expect(devices.map(({ recoveredBy }) => recoveredBy)).toEqual([null, 'code']);
		await recovered.until('recovery', undefined, (state) => (state?.code?.usedAt ?? 0) > 0);

		// The lost one is revoked: the next generation opens with the code, and the earlier ones with that.
		const lost = devices.find(({ recoveredBy }) => recoveredBy === null);
		await recovered.call('revokeDevice', { id: lost?.id ?? '' });
		await untilGenerations(recovered, 2);
		const again = present(await withCode('Petra', code));
		await untilGenerations(again, 2);
		const { generations } = await backupOf(again);
		expect(generations).toEqual((await backupOf(recovered)).generations);
		expect(generations[0]).toEqual(before.generations[0]);
	});

	it('is replaced by the newest code only', async () => {
		const berta = present(await joinColleague(jonas, 'Berta'));
		const first = await berta.noteRecoveryCode();
		const second = await berta.noteRecoveryCode();
		expect(await codeOf(first)).toBe('recovery_unknown');
		expect(await codeOf(second)).toBe('opened');
	});
});

describe('a code', () => {
	it('counts only once it was typed back, and until then the one before does', async () => {
		const carla = present(await joinColleague(jonas, 'Carla'));
		const first = await carla.noteRecoveryCode();
		const { groups, ask } = await carla.call('makeRecoveryCode', undefined);
		const wrong = ask.map((position) => groups[(position + 1) % groups.length] ?? '');
		const answer = await carla.call('confirmRecoveryCode', { answers: wrong });
		expect(answer).toEqual({ isRight: false });
		expect(await codeOf(groups.join(''))).toBe('recovery_unknown');
		expect(await codeOf(first)).toBe('opened');
		const right = ask.map((position) => (groups[position] ?? '').toLowerCase());
		expect(await carla.call('confirmRecoveryCode', { answers: right })).toEqual({ isRight: true });
		expect(await codeOf(groups.join(' '))).toBe('opened');
		expect(await codeOf(first)).toBe('recovery_unknown');
	});

	it('with a typo is told so without asking the server', async () => {
		const nobody = createNodeTransport({ url: 'http://127.0.0.1:9' });
		await expect(openRecoveryCode(nobody, '0000-0000')).rejects.toMatchObject({
			code: 'recovery_mistyped'
		});
	});
});

describe('a server that is not honest', () => {
	it('can’t slip in an account of somebody else', async () => {
		const dora = present(await joinColleague(jonas, 'Dora'));
		const hers = await dora.noteRecoveryCode();
		const emil = present(await joinColleague(jonas, 'Emil'));
		const his = await emil.noteRecoveryCode();
		const theirs = await createNodeTransport({ url: origin }).recovery.openCode({
			token: toBase64url(recoveryTokenOf(readRecoveryCode(his).secret ?? '')),
			permitHash: toBase64url(new Uint8Array(32).fill(7))
		});
		const swapped = (transport: Transport): Transport => ({
			...transport,
			recovery: {
				...transport.recovery,
				openCode: async () => theirs
			}
		});
		await expect(withCode('Dora', hers, swapped)).rejects.toMatchObject({
			code: 'recovery_unknown'
		});
	});
});
