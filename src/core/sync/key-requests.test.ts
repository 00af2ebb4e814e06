import { describe, expect, it } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { epochKeyFrom } from '#core/protocol/epoch-key.ts';
import { encodeHeader } from '#core/protocol/envelope-header.ts';
import { keyNameOf, makeRequestKeys, sealKeys } from '#core/protocol/sealed-keys.ts';
import type { KeyRequestRecord } from '#core/store/key-records.ts';
import { MAX_REQUESTED_KEYS } from '#shared/contract/content.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { SyncContext } from './context.ts';
import { DAY, MOST_REQUESTS, takeAnswer, takeRequest, wantedKeys } from './key-requests.ts';
import type { Working } from './working-state.ts';

const conversation = uuidV4();
const [me, other] = [uuidV4(), uuidV4()];
const [alice, mallory] = [uuidV4(), uuidV4()];

/** As much of a context and of a conversation as the log's word on keys has to do with. */
const context = {
	self: { device: me, person: uuidV4() },
	store: { read: { keyRequests: { get: () => Promise.resolve(undefined) } } }
} as unknown as SyncContext;
const workingWith = (...requests: KeyRequestRecord[]): Working =>
	({
		conversation: { id: conversation },
		requests: new Map(requests.map((request) => [request.device, request]))
	}) as unknown as Working;
const entryBy = (person: string, device: string, at: number): LogEntry => ({
	kind: 'message',
	conversation,
	seq: 1,
	id: uuidV7(at),
	epoch: 9,
	person,
	device,
	at,
	envelope: ''
});

const keys = [3, 4].map((epoch) => epochKeyFrom(conversation, epoch, randomBytes(32)));
const names = keys.map(keyNameOf);
const publicKey = randomBytes(32);
const request = (except: string[] = []) => ({
	type: 'key-request/1' as const,
	keys: names,
	publicKey: toBase64url(publicKey),
	except
});

describe('what is asked for', () => {
	const waiting = (author: string, { epoch, kid }: { epoch: number; kid: Uint8Array }) => ({
		author,
		envelope: encodeHeader({
			type: 'message',
			group: conversation,
			epoch,
			kid,
			person: author,
			fingerprint: randomBytes(16),
			messageId: uuidV7(1),
			deviceSeq: 1,
			previousHash: new Uint8Array(32),
			at: 1,
			logHead: null
		})
	});

	it('is each key once, and of the newest epochs first', () => {
		const messages = keys.flatMap((key) => [waiting(alice, key), waiting(alice, key)]);
		expect(wantedKeys([...messages, { author: alice, envelope: null }])).toEqual(
			names.toReversed()
		);
	});

	it('is not crowded out by the names that one person made up', () => {
		const madeUp = Array.from({ length: MAX_REQUESTED_KEYS + 9 }, () =>
			waiting(mallory, { epoch: 9, kid: randomBytes(16) })
		);
		const wanted = wantedKeys([...madeUp, ...keys.map((key) => waiting(alice, key))]);
		expect(wanted).toHaveLength(MAX_REQUESTED_KEYS);
		expect(wanted).toEqual(expect.arrayContaining(names));
	});
});

describe('a request of another device', () => {
	it('takes the place of its last one, is to be answered, and is answered by what others answer', async () => {
		const working = workingWith();
		await takeRequest(context, working, { entry: entryBy(alice, other, 1), content: request() });
		const entry = entryBy(alice, other, 2);
		await takeRequest(context, working, { entry, content: request([mallory]) });
		const known = working.requests.get(other);
		expect(known).toMatchObject({ id: entry.id, keys: names, publicKey, settled: false });
		expect(known?.recent).toEqual([1, 2]);

		const answer = (person: string, of: typeof keys) =>
			sealKeys(publicKey, { conversation, device: other, request: entry.id }, of).then((content) =>
				takeAnswer(context, working, { entry: entryBy(person, uuidV4(), 3), content })
			);
		await answer(mallory, keys);
		expect(working.requests.get(other)?.keys).toEqual(names);
		await answer(uuidV4(), keys.slice(1));
		expect(working.requests.get(other)?.keys).toEqual(names.slice(0, 1));
	});

	it('is not heard when it has asked too often within a day, and is again later', async () => {
		const working = workingWith();
		for (let at = 1; at <= MOST_REQUESTS + 1; at++)
			await takeRequest(context, working, { entry: entryBy(alice, other, at), content: request() });
		expect(working.requests.get(other)).toMatchObject({ at: MOST_REQUESTS });
		const entry = entryBy(alice, other, DAY + 3);
		await takeRequest(context, working, { entry, content: request() });
		expect(working.requests.get(other)).toMatchObject({ id: entry.id });
	});

	it('of oneself, come back in the log, changes nothing', async () => {
		const working = workingWith();
		await takeRequest(context, working, { entry: entryBy(alice, me, 1), content: request() });
		expect(working.requests.size).toBe(0);
	});
});

describe('an answer to this device', () => {
	const asked = async (): Promise<KeyRequestRecord> => {
		const pair = await makeRequestKeys();
		return {
			conversation,
			device: me,
			id: uuidV7(1),
			at: 1,
			keys: names,
			publicKey: pair.publicKey,
			except: [],
			recent: [1],
			settled: true,
			own: { secretKey: pair.secretKey, found: [], joinedSeq: 1 }
		};
	};
	const answerWith = async (
		working: Working,
		own: KeyRequestRecord,
		{ of, person = alice }: { of: typeof keys; person?: string }
	) => {
		const to = { conversation, device: me, request: own.id };
		const content = await sealKeys(own.publicKey, to, of);
		await takeAnswer(context, working, { entry: entryBy(person, other, 2), content });
		return working.requests.get(me);
	};

	it('is kept as far as it goes; the rest may still come', async () => {
		const own = await asked();
		const working = workingWith(own);
		const first = await answerWith(working, own, { of: keys.slice(0, 1) });
		expect(first).toMatchObject({ keys: names.slice(1), except: [], settled: true });
		const second = await answerWith(working, own, { of: keys.slice(1) });
		expect(second?.keys).toEqual([]);
		expect(second?.own?.found).toEqual(keys.map(({ epoch, key }) => ({ epoch, key })));
	});

	it('that holds another key than it says gives nothing, and its author is asked no more', async () => {
		const own = await asked();
		const working = workingWith(own);
		const of = keys.map((key) => ({ ...key, key: randomBytes(32) }));
		const known = await answerWith(working, own, { of, person: mallory });
		expect(known).toMatchObject({ keys: names, except: [mallory], settled: false });
		expect(known?.own?.found).toEqual([]);
		expect((await answerWith(working, own, { of: keys, person: mallory }))?.keys).toEqual(names);
	});

	it('with keys that nobody asked for gives nothing', async () => {
		const own = await asked();
		const working = workingWith(own);
		const known = await answerWith(working, own, {
			of: [epochKeyFrom(conversation, 3, randomBytes(32))]
		});
		expect(known).toMatchObject({ keys: names, except: [] });
		expect(known?.own?.found).toEqual([]);
	});

	it('to an earlier request is none', async () => {
		const own = await asked();
		const working = workingWith(own);
		expect(await answerWith(working, { ...own, id: uuidV7(0) }, { of: keys })).toBe(own);
	});
});
