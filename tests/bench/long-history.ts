/**
 * A direct chat with a history of any length: begun by a headless colleague through the product, then goes on
 * past the outbox and past the API, with messages that are sealed and chained like all others. Receivers can't
 * tell, and a hundred thousand take a minute instead of an hour.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { uuidV7 } from '#core/crypto/uuid.ts';
import type { Views } from '#core/engine/api.ts';
import { enrolDevice, type Engine } from '#core/engine/engine.ts';
import { sealEnvelope } from '#core/protocol/envelope.ts';
import { openStore } from '#core/store/database.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { openDatabase } from './crowd.ts';

const AT_ONCE = 2000;

const INSERT = `insert into log_entries (conversation, seq, id, kind, epoch, person, device, at, body, external)
	select $1, seq, id, 'message', $2, $3, $4, now(), body, false
	from unnest($5::bigint[], $6::uuid[], $7::bytea[]) as entry(seq, id, body)`;

export interface Writer {
	/** Writes the first message, which makes the chat, then `count` more. Call it once. */
	write(person: string, count: number): Promise<void>;
	/** Id of the person who has this name in the address book. */
	find(name: string): Promise<string>;
}

function first<Name extends keyof Views>(
	engine: Engine,
	name: Name,
	input: Views[Name]['input'],
	isIt: (value: Views[Name]['output']) => boolean
): Promise<Views[Name]['output']> {
	return new Promise((resolve) => {
		const stop = engine.watch(name, input, (value) => {
			if (!isIt(value)) return;
			resolve(value);
			queueMicrotask(() => stop());
		});
	});
}

/** Joins from a link as somebody who has a lot to say. */
export async function joinWriter(
	server: TestServer,
	link: string,
	displayName: string
): Promise<Writer> {
	const { origin, hash } = new URL(link);
	const databases = { indexedDB: new IDBFactory(), IDBKeyRange };
	const store = { databases, name: 'writer', key: crypto.getRandomValues(new Uint8Array(32)) };
	const engine: Engine = await enrolDevice({
		...store,
		transport: createNodeTransport({ url: origin }),
		origin,
		secret: hash.slice(1),
		displayName,
		device: { name: 'Writer', kind: 'desktop' }
	});
	return {
		async find(name) {
			const people = await first(engine, 'people', { query: '' }, (all) =>
				all.some((one) => one.displayName === name && one.identityKey !== null)
			);
			return people.find((one) => one.displayName === name)?.id ?? '';
		},
		async write(person, count) {
			const { conversation } = await engine.call('openDirect', { person });
			await engine.call('sendText', { conversation, text: 'Es geht los.' });
			await first(engine, 'status', undefined, ({ waiting }) => waiting === 0);
			await engine.close();
			await goOn(server, store, conversation, count);
		}
	};
}

async function goOn(
	server: TestServer,
	options: Parameters<typeof openStore>[0],
	conversation: string,
	count: number
): Promise<void> {
	const store = await openStore(options);
	const account = await store.read.facts.get('account');
	const [epochKey] = (await store.read.epochKeys.toArray()).toReversed();
	if (account?.name !== 'account' || !epochKey) throw new Error('the chat was not begun');
	const known = await store.read.chains.get([conversation, account.deviceId]);
	let { deviceSeq, hash } = known ?? { deviceSeq: 0, hash: null };
	const database = await openDatabase(server);
	const { rows } = await database.query<{ head: string; epoch: string }>(
		'select head, epoch from conversations where id = $1',
		[conversation]
	);
	let head = Number(rows[0]?.head);
	const epoch = Number(rows[0]?.epoch);
	for (let done = 0; done < count; done += AT_ONCE) {
		const seqs: number[] = [];
		const ids: string[] = [];
		const bodies: Buffer[] = [];
		for (let at = done; at < Math.min(count, done + AT_ONCE); at += 1) {
			const messageId = uuidV7(Date.now());
			const sealed = await sealEnvelope(
				{
					epochKey: { ...epochKey, group: conversation },
					person: account.person,
					messageId,
					deviceSeq: (deviceSeq += 1),
					previousHash: hash,
					at: Date.now(),
					content: { type: 'text/1', text: `Zeile ${at}: Die Straße ist wieder frei.` },
					logHead: null
				},
				account.signature
			);
			hash = sealed.hash;
			seqs.push((head += 1));
			ids.push(messageId);
			bodies.push(Buffer.from(sealed.envelope));
		}
		await database.query('begin');
		await database.query(INSERT, [
			conversation,
			epoch,
			account.person,
			account.deviceId,
			seqs,
			ids,
			bodies
		]);
		await database.query('update conversations set head = $2 where id = $1', [conversation, head]);
		await database.query('commit');
	}
	await database.end();
	store.close();
}
