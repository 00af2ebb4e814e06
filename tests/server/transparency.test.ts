/** The log of device keys, as the server keeps and proves it. */
import {
	createHash,
	createPublicKey,
	generateKeyPairSync,
	randomBytes,
	randomUUID,
	sign,
	verify
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignedHead } from '#shared/contract/transparency.ts';
import { readIdentityChange, vouchMessage } from '#shared/domain/identity-change.ts';
import { EMPTY_FRONTIER, extendFrontier, rootOf } from '#shared/domain/merkle/frontier.ts';
import { isConsistent, isIncluded } from '#shared/domain/merkle/proofs.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { LEAF_BYTES, STATEMENT, headMessage, leafOf } from '#shared/domain/transparency-log.ts';
import { openPool } from '#server/db/pool.ts';
import { DATABASE, ROLE } from '#server/db/postgres/cluster.ts';
import { socketFolder } from '#server/db/postgres/place.ts';
import { createLog } from '#server/kernel/log.ts';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { codeOf, invite, join, listen, tokenHashOf, tokenOf, type Client } from './setup/client.ts';
import { secondDevice } from './setup/second-device.ts';

const DOMAIN = 'lindenbach.example';
const hash = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
const steps = (path: string): Buffer[] =>
	Array.from({ length: bytes(path).length / 32 }, (_, at) =>
		bytes(path).subarray(32 * at, 32 * at + 32)
	);

let server: ApiServer;
let ada: Client;
let bert: Client;
const identity = generateKeyPairSync('ed25519');
const adminKey = identity.publicKey.export({ format: 'jwk' }).x ?? '';

beforeAll(async () => {
	server = await startApiServer();
	ada = await join(server.origin, tokenOf(await server.firstSecret()), 'Ada', adminKey);
	bert = await invite(server.origin, ada, { name: 'Bert' });
});
afterAll(() => server.close());

const headOf = (client: Client): Promise<SignedHead> => client.api.transparency.head();

async function leavesOf(client: Client): Promise<Buffer[]> {
	const leaves = bytes((await client.api.transparency.entries({ from: 0 })).leaves);
	return Array.from({ length: leaves.length / LEAF_BYTES }, (_, at) =>
		leaves.subarray(LEAF_BYTES * at, LEAF_BYTES * (at + 1))
	);
}

const rootOfLeaves = (leaves: Buffer[]): Uint8Array =>
	rootOf(
		hash,
		extendFrontier(
			hash,
			EMPTY_FRONTIER,
			leaves.map((leaf) => leafHash(hash, leaf))
		)
	);

async function query(sql: string, values: unknown[] = []): Promise<void> {
	const { dataDir } = server.config;
	const pool = openPool(
		{
			host: socketFolder(`${dataDir}/postgres`),
			user: ROLE,
			port: 5432,
			database: DATABASE,
			password: openServerKeys(dataDir).databasePassword
		},
		createLog('silent')
	);
	await pool.query(sql, values).finally(() => pool.end());
}

describe('the head', () => {
	test('is signed by the key that the authority names, over the root of the leaves', async () => {
		await invite(server.origin, ada, { name: 'Cora' });
		const head = await headOf(bert);
		const leaves = await leavesOf(bert);
		expect(head.size).toBe(leaves.length);
		expect(bytes(head.root).equals(rootOfLeaves(leaves))).toBe(true);
		const { logKey = '' } = await ada.api.authority.info();
		const key = createPublicKey({
			format: 'jwk',
			key: { kty: 'OKP', crv: 'Ed25519', x: logKey }
		});
		const message = headMessage({ size: head.size, root: bytes(head.root), at: head.at });
		expect(verify(null, message, key, bytes(head.signature))).toBe(true);
	});

	test('is the same for everybody while nothing is added, and after a restart but for its time', async () => {
		const head = await headOf(ada);
		expect(await headOf(bert)).toEqual(head);
		await server.restart();
		const { size, root } = await headOf(ada);
		expect({ size, root }).toEqual({ size: head.size, root: head.root });
	});
});

describe('a device', () => {
	test('is in the log when it has joined, whichever way it came', async () => {
		const before = await headOf(ada);
		const dora = await invite(server.origin, ada, { name: 'Dora' });
		const second = await secondDevice(server, dora);
		const own = await dora.api.transparency.own();
		expect(own.map(({ index, type }) => [index, type])).toEqual([
			[before.size, STATEMENT.device],
			[before.size + 1, STATEMENT.device]
		]);
		const leaves = await leavesOf(bert);
		for (const { index, type, statement } of own)
			expect(Uint8Array.from(leaves[index] ?? [])).toEqual(
				leafOf(hash, { type, person: dora.person, statement: bytes(statement) })
			);
		const head = await headOf(bert);
		const devices = [second.device, dora.device, randomUUID()];
		const proofs = await bert.api.transparency.deviceProofs({ size: head.size, devices });
		expect(proofs.map(({ device }) => device)).toEqual([dora.device, second.device]);
		for (const { index, path, person, certificate } of proofs) {
			const statement = bytes(certificate);
			const leaf = leafOf(hash, { type: STATEMENT.device, person, statement });
			const proof = {
				index,
				size: head.size,
				leafHash: leafHash(hash, leaf),
				path: steps(path),
				root: bytes(head.root)
			};
			expect(isIncluded(hash, proof)).toBe(true);
		}
		const { path } = await bert.api.transparency.consistency({ from: before.size, to: head.size });
		const grown = {
			from: before.size,
			to: head.size,
			fromRoot: bytes(before.root),
			toRoot: bytes(head.root),
			path: steps(path)
		};
		expect(isConsistent(hash, grown)).toBe(true);
	});

	test('stays in it once it is revoked', async () => {
		const emil = await invite(server.origin, ada, { name: 'Emil' });
		const { size } = await headOf(ada);
		await ada.api.devices.revoke({ id: emil.device });
		expect((await headOf(ada)).size).toBe(size);
		const devices = [emil.device];
		expect(await ada.api.transparency.deviceProofs({ size, devices })).toHaveLength(1);
	});

	test('from before there was a log is entered at the next start, in the order of joining', async () => {
		const known = await leavesOf(ada);
		await query('truncate log_leaves, log_nodes');
		await server.restart();
		expect(await leavesOf(ada)).toEqual(known);
		expect(bytes((await headOf(ada)).root).equals(rootOfLeaves(known))).toBe(true);
		await server.restart();
		expect((await headOf(ada)).size).toBe(known.length);
	});

	test('is one of many that come at once, without a gap or two at one place', async () => {
		const before = await headOf(ada);
		const names = Array.from({ length: 24 }, (_, at) => `Person ${at}`);
		const joined = await Promise.all(names.map((name) => invite(server.origin, ada, { name })));
		const head = await headOf(ada);
		expect(head.size).toBe(before.size + names.length);
		const devices = joined.map(({ device }) => device);
		const proofs = await ada.api.transparency.deviceProofs({ size: head.size, devices });
		const places = proofs.map(({ index }) => index);
		expect(places).toEqual(names.map((_, at) => before.size + at));
		expect(bytes(head.root).equals(rootOfLeaves(await leavesOf(ada)))).toBe(true);
	});
});

test('nothing is proven of a log that there is not yet', async () => {
	const { size } = await headOf(ada);
	const { transparency } = ada.api;
	const later = size + 1;
	expect(await codeOf(transparency.deviceProofs({ size: later, devices: [ada.device] }))).toBe(
		'bad_request'
	);
	expect(await codeOf(transparency.identityChanges({ size: later, person: ada.person }))).toBe(
		'bad_request'
	);
	expect(await codeOf(transparency.restorations({ size: later, person: ada.person }))).toBe(
		'bad_request'
	);
	expect(await codeOf(transparency.consistency({ from: 0, to: later }))).toBe('bad_request');
	expect(await codeOf(transparency.consistency({ from: 2, to: 1 }))).toBe('bad_request');
	expect((await transparency.entries({ from: later })).leaves).toBe('');
});

describe('a person who has lost all devices', () => {
	const reinvite = async (person: string): Promise<string> => {
		const token = randomBytes(32).toString('base64url');
		const tokenHash = tokenHashOf(token);
		await ada.api.enrolment.reinvite({ id: randomUUID(), person, tokenHash, validHours: 24 });
		return token;
	};
	const changesOf = async (person: string) => {
		const { size, root } = await headOf(ada);
		const proven = await ada.api.transparency.identityChanges({ size, person });
		return proven.map(({ index, statement, path }) => {
			const leaf = leafOf(hash, {
				type: STATEMENT.identity,
				person,
				statement: bytes(statement)
			});
			const proof = { index, size, leafHash: leafHash(hash, leaf) };
			const isProven = isIncluded(hash, { ...proof, path: steps(path), root: bytes(root) });
			return { isProven, change: readIdentityChange(bytes(statement)) };
		});
	};

	test('is invited once more, with a new identity key that the log tells of, and is vouched for', async () => {
		const frida = await invite(server.origin, ada, { name: 'Frida' });
		const former = bytes(frida.me.person.identityKey ?? '');
		expect(await codeOf(reinvite(frida.person))).toBe('conflict');
		await ada.api.devices.revoke({ id: frida.device });
		const listener = await listen(bert);
		const again = await join(server.origin, await reinvite(frida.person), '');
		expect(again.person).toBe(frida.person);
		const key = again.me.person.identityKey ?? '';
		expect(bytes(key).equals(former)).toBe(false);
		const [{ isProven, change } = { isProven: false, change: null }] = await changesOf(
			frida.person
		);
		expect(isProven).toBe(true);
		expect(change).toMatchObject({ person: frida.person, vouch: null });
		expect([
			bytes(key).equals(change?.newKey ?? new Uint8Array()),
			former.equals(change?.formerKey ?? new Uint8Array())
		]).toEqual([true, true]);

		const at = Date.now();
		const said = { person: frida.person, newKey: bytes(key), formerKey: former, at };
		const signature = sign(null, vouchMessage(DOMAIN, said), identity.privateKey);
		const input = {
			person: frida.person,
			newKey: key,
			formerKey: former.toString('base64url'),
			at,
			signature: signature.toString('base64url')
		};
		expect(await codeOf(ada.api.directory.vouch({ ...input, at: at + 1 }))).toBe('bad_request');
		const other = { ...input, newKey: randomBytes(32).toString('base64url') };
		expect(await codeOf(ada.api.directory.vouch(other))).toBe('conflict');
		expect(await codeOf(again.api.directory.vouch(input))).toBe('forbidden');
		const heard = listener.events.length;
		await ada.api.directory.vouch(input);
		await listener.next('directory', (event) => listener.events.indexOf(event) >= heard);
		listener.close();
		const changes = await changesOf(frida.person);
		expect(changes.map((each) => each.isProven)).toEqual([true, true]);
		const { vouch } = changes[1]?.change ?? { vouch: null };
		expect(vouch?.admin).toBe(ada.person);
		expect(bytes(adminKey).equals(vouch?.adminKey ?? new Uint8Array())).toBe(true);
		expect(signature.equals(vouch?.signature ?? new Uint8Array())).toBe(true);
	});

	test('can be uninvited, and stays who they are', async () => {
		const gustav = await invite(server.origin, ada, { name: 'Gustav' });
		await ada.api.devices.revoke({ id: gustav.device });
		const token = await reinvite(gustav.person);
		const invitation = (await ada.api.enrolment.list()).find(
			({ person, status }) => person.id === gustav.person && status === 'open'
		);
		await ada.api.enrolment.revoke({ id: invitation?.id ?? '' });
		expect(await codeOf(join(server.origin, token, ''))).toBe('invitation_revoked');
		const { people } = await ada.api.directory.changes({});
		expect(people.find(({ id }) => id === gustav.person)?.status).toBe('active');
	});
});
