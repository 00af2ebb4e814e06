/**
 * The sample town on a server in this process, at whatever time of day the story is. Only the server's and the
 * colleagues' clocks are set; browsers keep theirs and believe the server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { Actor } from '#app/demo/actor.ts';
import { colleagues, groups, type Colleague, type Key } from '#app/demo/town.ts';
import { enrolDevice } from '#core/engine/engine.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import { readConfig } from '#server/config/config.ts';
import { startServer } from '#server/entry/app.ts';
import { createLog } from '#server/kernel/log.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import type { Line, Visitor } from './story.ts';

export interface StoryTown {
	readonly origin: string;
	/** Moves the clock to a time of day, such as 09:14. Never backwards. */
	setTime(time: string): void;
	/** A link for a visitor. */
	invite(visitor: Visitor): Promise<string>;
	/** Takes visitors who have joined into their groups. */
	receive(visitors: Visitor[]): Promise<void>;
	/** Conversation of a group, or of a colleague with a visitor. */
	placeOf(place: string | Visitor, who: Key): Promise<string>;
	/** Plays lines in their order, each at its time. */
	play(lines: Line[]): Promise<void>;
	close(): Promise<void>;
}

/** `midnight` is when the day of the story began, in milliseconds since 1970. */
export async function openStoryTown(midnight: number): Promise<StoryTown> {
	const dataDir = await mkdtemp(path.join(tmpdir(), 'dienstweg-pictures-'));
	let ahead = 0;
	const clock = { now: () => Date.now() + ahead };
	const port = await freePort();
	const config = readConfig({
		PORT: String(port),
		DATA_DIR: dataDir,
		AUTHORITY_NAME: 'Stadt Lindenbach',
		AUTHORITY_DOMAIN: 'stadt-lindenbach.example',
		RATE_LIMIT_FACTOR: '100'
	});
	const server = await startServer(config, { clock, log: createLog('error') });
	const actors = new Map<Key, Actor>();
	const conversations = new Map<string, string>();

	const actorOf = (key: Key): Actor => {
		const actor = actors.get(key);
		if (!actor) throw new Error(`Nobody is called ${key}`);
		return actor;
	};
	const idOf = async (key: Key): Promise<string> =>
		(await actorOf(key).now('status', undefined)).me.id;
	const it = (): Actor => actorOf(colleagues[0]?.key ?? '');
	const join = async (colleague: Colleague, link: string): Promise<void> => {
		const engine = await enrolDevice({
			transport: createNodeTransport({ url: config.origin }),
			origin: config.origin,
			databases: { indexedDB: new IDBFactory(), IDBKeyRange },
			name: colleague.key,
			key: new Uint8Array(randomBytes(32)),
			clock,
			secret: new URL(link).hash.slice(1),
			displayName: colleague.displayName,
			device: { name: 'Diensthandy', kind: 'phone' }
		});
		actors.set(
			colleague.key,
			new Actor(
				colleague,
				engine,
				() => 0,
				() => false
			)
		);
	};
	const invite = async (details: Omit<Colleague, 'key'>): Promise<string> => {
		const wanted = { details, role: 'member', validHours: 48 } as const;
		return (await it().engine.call('createInvitation', wanted)).link;
	};
	const personCalled = async (name: string): Promise<string> => {
		const people = await it().now('people', { query: '' });
		const person = people.find(({ displayName }) => displayName === name);
		if (!person) throw new Error(`${name} has not joined`);
		return person.id;
	};
	const placeOf = async (place: string | Visitor, who: Key): Promise<string> => {
		if (typeof place === 'string') return conversations.get(place) ?? '';
		const person = await personCalled(place.displayName);
		return (await actorOf(who).engine.call('openDirect', { person })).conversation;
	};

	/** Until the server has put a line at its place, at its time. */
	const sent = (actor: Actor, conversation: string, text: string): Promise<void> =>
		new Promise((resolve) => {
			const newest = { conversation, around: 'newest', count: 1 } as const;
			const stop = actor.engine.watch('messages', newest, ({ messages }) => {
				const last = messages.at(-1);
				if (last?.text !== text || last.seq === null) return;
				resolve();
				queueMicrotask(() => stop());
			});
		});

	for (const [index, colleague] of colleagues.entries()) {
		const { key: _, ...details } = colleague;
		const link = index === 0 ? await server.firstAdministratorLink() : await invite(details);
		await join(colleague, link ?? '');
		if (index === 0)
			await it().engine.call('updatePerson', { id: await idOf(colleague.key), details });
	}
	for (const { key, title, people } of groups) {
		const [maker = '', ...rest] = people;
		const { conversation } = await actorOf(maker).engine.call('createGroup', {
			people: await Promise.all(rest.map(idOf)),
			profile: { title, picture: null }
		});
		conversations.set(key, conversation);
	}

	const setTime = (time: string): void => {
		const [hours = 0, minutes = 0] = time.split(':').map(Number);
		ahead = Math.max(ahead, midnight + (hours * 60 + minutes) * 60_000 - Date.now());
	};
	return {
		origin: config.origin,
		setTime,
		invite: ({ displayName, department, functionTitle }) =>
			invite({ displayName, department, functionTitle, phone: '', email: '' }),
		async receive(visitors) {
			for (const visitor of visitors) {
				const people = [await personCalled(visitor.displayName)];
				for (const key of visitor.groups) {
					const maker = groups.find((group) => group.key === key)?.people[0] ?? '';
					const conversation = conversations.get(key) ?? '';
					await actorOf(maker).engine.call('addPeople', { conversation, people });
				}
			}
		},
		placeOf,
		async play(lines) {
			for (const [time, place, who, text] of lines) {
				const conversation = await placeOf(place, who);
				setTime(time);
				await actorOf(who).say(conversation, text, 0);
				await sent(actorOf(who), conversation, text);
			}
		},
		async close() {
			for (const actor of actors.values()) await actor.engine.close();
			await server.close();
			await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
		}
	};
}
