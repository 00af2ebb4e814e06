/**
 * A crowd for the server's benches: people with devices, open sessions and groups, written straight into the
 * database, because enrolling thousands would measure enrolment. The server can't tell: it never sees keys.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import { DATABASE, ROLE } from '#server/db/postgres/cluster.ts';
import { socketFolder } from '#server/db/postgres/place.ts';
import { createSessionTokens } from '#server/modules/session/tokens.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import type { TestServer } from '#tests/fixtures/server.ts';

export interface CrowdDevice {
	person: string;
	device: string;
	/** Header of a call or upgrade that comes from this device. */
	headers: Record<string, string>;
}

export interface Crowd {
	devices: CrowdDevice[];
	/** Each group's id and the indexes of its devices. */
	groups: { id: string; devices: number[] }[];
}

const inserts = {
	people: `insert into people (id, display_name, department, function_title, phone, email, role, status, change, created_at)
		select id, 'Person', '', '', '', '', 'member', 'active', nextval('directory_change'), now() from unnest($1::uuid[]) id`,
	devices: `insert into devices (id, person, name, kind, signature_key, certificate, created_at)
		select unnest.*, 'Device', 'phone', decode(md5(random()::text), 'hex'), ''::bytea, now() from unnest($1::uuid[], $2::uuid[])`,
	sessions: `insert into sessions (token_hash, device, created_at, expires_at)
		select unnest.*, now(), now() + interval '1 day' from unnest($1::bytea[], $2::uuid[])`,
	conversation: `insert into conversations (id, kind, head, epoch, epoch_since, epoch_changed_devices, revision, created_at)
		values ($1, 'group', 0, 1, now(), false, 1, now())`,
	members: `insert into members (conversation, person, role, since, delivered, read)
		select $1, person, 'member', 0, 0, 0 from unnest($2::uuid[]) person`,
	memberDevices: `insert into member_devices (conversation, device, person, since, removal_pending)
		select $1, unnest.*, 0, false from unnest($2::uuid[], $3::uuid[])`
};

/** The server's own database, past the server; end it after use. */
export async function openDatabase(server: TestServer): Promise<pg.Client> {
	const database = new pg.Client({
		host: socketFolder(`${server.dataDir}/postgres`),
		user: ROLE,
		database: DATABASE,
		password: openServerKeys(server.dataDir).databasePassword
	});
	await database.connect();
	return database;
}

/** `size` people with one device each, in groups of `groupSize`; the last, smaller rest is in none. */
export async function gatherCrowd(
	server: TestServer,
	size: number,
	groupSize: number
): Promise<Crowd> {
	const database = await openDatabase(server);
	const { make } = createSessionTokens(openServerKeys(server.dataDir).signing.privateKey);
	const tokens = Array.from({ length: size }, make);
	const devices = tokens.map((token) => ({
		person: randomUUID(),
		device: randomUUID(),
		headers: {
			cookie: `dienstweg=${token}`,
			origin: server.origin,
			'content-type': 'application/json',
			'x-dienstweg-protocol': String(PROTOCOL_VERSION)
		}
	}));
	const people = devices.map(({ person }) => person);
	const ids = devices.map(({ device }) => device);
	await database.query(inserts.people, [people]);
	await database.query(inserts.devices, [ids, people]);
	await database.query(inserts.sessions, [
		tokens.map((token) => createHash('sha256').update(token).digest()),
		ids
	]);
	const groups: Crowd['groups'] = [];
	for (let from = 0; from + groupSize <= size; from += groupSize) {
		const id = randomUUID();
		const to = from + groupSize;
		await database.query(inserts.conversation, [id]);
		await database.query(inserts.members, [id, people.slice(from, to)]);
		await database.query(inserts.memberDevices, [id, ids.slice(from, to), people.slice(from, to)]);
		groups.push({ id, devices: Array.from({ length: groupSize }, (_, at) => from + at) });
	}
	await database.end();
	return { devices, groups };
}

/** Bytes that look like an envelope of a short message to a server that can't read it. */
export const someEnvelope = (): string => randomBytes(420).toString('base64url');

/** Sends one message and resolves when the server has acknowledged it. Throws on any other answer. */
export async function send(
	server: TestServer,
	from: CrowdDevice,
	message: { conversation: string; id: string; envelope: string }
): Promise<void> {
	const answer = await fetch(`http://127.0.0.1:${server.port}/api/trpc/conversations.send`, {
		method: 'POST',
		headers: from.headers,
		body: JSON.stringify({ ...message, epoch: 1 })
	});
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
}
