/** A new device of a person who has joined: two headless engines over the real server, and what may go wrong. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { LinkingState } from '#core/engine/api.ts';
import { ReceivedAccount } from '#core/engine/received-account.ts';
import { MAILBOX_MILLIS } from '#shared/contract/linking.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { makeOpening, makeShare } from '#core/protocol/linking/agreement.ts';
import { Attempt } from '#core/sync/linking/attempt.ts';
import { TIMING } from '#core/sync/pause.ts';
import type { Transport } from '#core/sync/transport.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinFromLink } from '#tests/fixtures/colleagues.ts';
import { LinkingDevice } from '#tests/fixtures/linking-device.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const PHONE = { name: 'Petras Telefon', kind: 'phone' as const };

let server: TestServer;
let petra: Colleague;
let origin: string;
/** How far Petra's clock is ahead, in milliseconds. */
let ahead = 0;
/** Stands between Petra's device and the server, while it is set. */
let spoil: ((calls: Transport['linking']) => Transport['linking']) | null = null;

beforeAll(async () => {
	server = await startServer();
	const link = await server.firstLink();
	({ origin } = new URL(link));
	petra = await joinFromLink('Petra', link, {
		clock: { now: () => Date.now() + ahead },
		wrap: (transport) => ({
			...transport,
			get linking() {
				return spoil ? spoil(transport.linking) : transport.linking;
			}
		})
	});
});
afterEach(async () => {
	spoil = null;
	ahead = 0;
	await petra.call('endLinking', undefined);
});
afterAll(async () => {
	await petra?.leaveApp();
	await server?.close();
});

function newDevice() {
	const received = new ReceivedAccount();
	const transport = createNodeTransport({ url: origin });
	return {
		received,
		asking: new LinkingDevice({ transport, origin, timing: { mailbox: 20 } }, received)
	};
}

const petrasState = <At extends LinkingState['at']>(at: At) =>
	petra.until('linking', undefined, (state) => state.at === at) as Promise<
		Extract<LinkingState, { at: At }>
	>;

/** Both stand before the same number. */
async function compared() {
	const { asking, received } = newDevice();
	asking.start(PHONE, null);
	const { code } = await asking.until('showing');
	await petra.call('startLinking', { offer: code });
	return {
		asking,
		received,
		here: await petrasState('compare'),
		there: await asking.until('compare')
	};
}

const holds = (received: ReceivedAccount): boolean => {
	try {
		return received.require().person !== '';
	} catch {
		return false;
	}
};

describe('a new device comes in', () => {
	test.each(['link', 'code'] as const)('showing a %s that the old one takes in', async (by) => {
		const { asking, received } = newDevice();
		asking.start(PHONE, null);
		const shown = await asking.until('showing');
		await petra.call('startLinking', { offer: shown[by] });
		const { number, device } = await petrasState('compare');
		expect(device).toEqual(PHONE);
		expect((await asking.until('compare')).number).toBe(number);
		expect(holds(received)).toBe(false);
		await petra.call('answerLinking', { isSame: true });
		await asking.until('received');
		expect(received.require().person).toBe(await petra.me());
		expect((await petrasState('handed_over')).device).toEqual(PHONE);
	});

	test.each(['link', 'code'] as const)('taking in a %s that the old one shows', async (by) => {
		const { asking, received } = newDevice();
		await petra.call('startLinking', { offer: null });
		asking.start(PHONE, (await petrasState('showing'))[by]);
		const { number } = await petrasState('compare');
		expect((await asking.until('compare')).number).toBe(number);
		await petra.call('answerLinking', { isSame: true });
		await asking.until('received');
		expect(holds(received)).toBe(true);
	});

	test('though calls and answers get lost again and again', async () => {
		let count = 0;
		spoil = (calls) =>
			new Proxy(calls, {
				get: (target, name: keyof Transport['linking']) => async (input: never) => {
					count += 1;
					if (count % 3 === 1) throw new DienstwegError('offline');
					const answer: unknown = await target[name](input);
					if (count % 3 === 2) throw new DienstwegError('offline');
					return answer;
				}
			});
		const { asking, received } = newDevice();
		await petra.call('startLinking', { offer: null });
		asking.start(PHONE, (await petrasState('showing')).link);
		await petrasState('compare');
		await petra.call('answerLinking', { isSame: true });
		await asking.until('received');
		expect(holds(received)).toBe(true);
		await petrasState('handed_over');
	});
});

describe('nothing is handed over', () => {
	test('where the numbers are said to differ on the old device', async () => {
		const { asking, received } = await compared();
		await petra.call('answerLinking', { isSame: false });
		expect(await petrasState('failed')).toMatchObject({ why: 'different' });
		await expect(asking.until('received')).rejects.toThrow('cancelled');
		await petra.call('answerLinking', { isSame: true });
		expect(await petrasState('failed')).toMatchObject({ why: 'different' });
		expect(holds(received)).toBe(false);
	});

	test('where the new device says so', async () => {
		const { asking, received } = await compared();
		asking.answer(false);
		expect(asking.state).toEqual({ at: 'failed', why: 'different' });
		expect(await petrasState('failed')).toMatchObject({ why: 'cancelled' });
		await petra.call('answerLinking', { isSame: true });
		expect(holds(received)).toBe(false);
	});

	test('where either gives up', async () => {
		const first = await compared();
		first.asking.end();
		expect(await petrasState('failed')).toMatchObject({ why: 'cancelled' });
		const second = await compared();
		await petra.call('endLinking', undefined);
		await expect(second.asking.until('received')).rejects.toThrow('cancelled');
		expect(holds(second.received)).toBe(false);
	});

	test('once ten minutes are over', async () => {
		await petra.call('startLinking', { offer: null });
		const { until } = await petrasState('showing');
		expect(until - Date.now()).toBeLessThanOrEqual(MAILBOX_MILLIS);
		ahead = MAILBOX_MILLIS;
		expect(await petrasState('failed')).toMatchObject({ why: 'expired' });
	});

	test('by a code of nobody’s, one of another kind of device, or no code at all', async () => {
		for (const [offer, why] of [
			['ABCD2345', 'expired'],
			['https://elsewhere.example/verbinden#AAAA', 'no_code']
		] as const) {
			await petra.call('startLinking', { offer });
			expect(await petrasState('failed')).toMatchObject({ why });
			await petra.call('endLinking', undefined);
		}
		const { asking } = newDevice();
		asking.start(PHONE, null);
		const { link, code } = await asking.until('showing');
		const other = newDevice();
		other.asking.start(PHONE, link);
		await expect(other.asking.until('compare')).rejects.toThrow('same_role');
		other.asking.start(PHONE, code);
		await expect(other.asking.until('compare')).rejects.toThrow('same_role');
	});

	test('to a second device that comes by the same code', async () => {
		const { asking, received } = newDevice();
		await petra.call('startLinking', { offer: null });
		const { link } = await petrasState('showing');
		asking.start(PHONE, link);
		await asking.until('compare');
		const late = newDevice();
		late.asking.start(PHONE, link);
		await expect(late.asking.until('compare')).rejects.toThrow('taken');
		await petrasState('compare');
		await petra.call('answerLinking', { isSame: true });
		await asking.until('received');
		expect(holds(received)).toBe(true);
		expect(holds(late.received)).toBe(false);
	});

	test('where the person has as many devices as are allowed', async () => {
		const { policy, version } = await petra.until('policy', undefined, () => true);
		await petra.call('setPolicy', { version, policy: { ...policy, maxDevices: 1 } });
		const { asking, received } = await compared();
		await petra.call('answerLinking', { isSame: true });
		expect(await petrasState('failed')).toMatchObject({ why: 'device_limit' });
		await expect(asking.until('received')).rejects.toThrow('cancelled');
		expect(holds(received)).toBe(false);
		const now = await petra.until('policy', undefined, (state) => state.policy.maxDevices === 1);
		await petra.call('setPolicy', { version: now.version, policy });
	});
});

describe('a server in the middle', () => {
	/** Plays the other device towards Petra's, with keys of its own, for whom it keeps what passes. */
	async function swapping(): Promise<(calls: Transport['linking']) => Transport['linking']> {
		const own = await makeShare();
		return (calls) => ({
			...calls,
			async read(input) {
				const page = await calls.read(input);
				const swap = (message: string, at: number): string => {
					const index = input.from + at;
					if (index === 0) return toBase64url(makeOpening('new', own.bytes));
					return index === 1 ? toBase64url(own.bytes) : message;
				};
				return { ...page, messages: page.messages.map(swap) };
			}
		});
	}

	test('that swaps the key of a scanned code is found out by the device itself', async () => {
		spoil = await swapping();
		const { asking, received } = newDevice();
		asking.start(PHONE, null);
		await petra.call('startLinking', { offer: (await asking.until('showing')).link });
		expect(await petrasState('failed')).toMatchObject({ why: 'different' });
		expect(holds(received)).toBe(false);
	});

	test('that runs an attempt of its own with either device is given away by the numbers', async () => {
		const { asking, received } = newDevice();
		asking.start(PHONE, null);
		const { code } = await asking.until('showing');
		const calls = createNodeTransport({ url: origin }).linking;
		const attacker = newDevice();
		attacker.asking.start(PHONE, null);
		const { code: another } = await attacker.asking.until('showing');
		// Towards the new device it plays an old one, towards the old device a new one of the same name.
		const handed: string[] = [];
		const playing = new Attempt({
			calls,
			origin,
			party: { role: 'old', grant: async () => (handed.push('own'), new Uint8Array()) },
			onState: () => undefined,
			timing: { ...TIMING, mailbox: 20 },
			now: () => Date.now(),
			random: Math.random
		});
		void playing.scan(code);
		spoil = (honest) => ({ ...honest, join: (input) => honest.join({ ...input, name: another }) });
		await petra.call('startLinking', { offer: code });
		const here = await petrasState('compare');
		const there = await asking.until('compare');
		expect(here.device).toEqual(PHONE);
		expect(there.number).not.toBe(here.number);
		await petra.call('answerLinking', { isSame: false });
		await expect(attacker.asking.until('received')).rejects.toThrow('cancelled');
		expect(handed).toEqual([]);
		expect([holds(received), holds(attacker.received)]).toEqual([false, false]);
		playing.cancel();
		asking.end();
	});

	test('that swaps the keys behind a typed code gets nothing it could show', async () => {
		spoil = await swapping();
		const { asking, received } = newDevice();
		asking.start(PHONE, null);
		await petra.call('startLinking', { offer: (await asking.until('showing')).code });
		// What the new device says of itself does not open under the swapped key: it ends before anybody is asked.
		expect(await petrasState('failed')).toMatchObject({ why: 'different' });
		expect(holds(received)).toBe(false);
	});
});
