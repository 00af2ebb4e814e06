import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { CrashingDatabases } from '#tests/fixtures/crashing-databases.ts';
import type { Faults } from '#tests/fixtures/faulty-transport.ts';
import { FaultyTransport, NO_FAULTS, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const FAULTS: Faults = {
	lostRequest: 0.05,
	lostReply: 0.1,
	lostEvent: 0.1,
	doubledEvent: 0.1,
	delay: 8
};
const STEPS = 80;

let server: TestServer;
let admin: Colleague;

beforeAll(async () => {
	server = await startServer();
	admin = await joinFromLink('Amt', await server.firstLink());
});
afterAll(async () => {
	await admin?.leaveApp();
	await server?.close();
});

/** A colleague whose network and process can fail. */
class Clumsy {
	readonly storage = new CrashingDatabases();
	readonly written = new Map<string, string[]>();
	readonly #random: () => number;
	network: FaultyTransport;
	colleague!: Colleague;

	constructor(
		readonly name: string,
		random: () => number
	) {
		this.#random = random;
		this.network = new FaultyTransport(random);
	}

	async join(): Promise<void> {
		this.colleague = await joinColleague(admin, this.name, {
			wrap: (transport) => this.network.wrap(transport),
			databases: this.storage.databases
		});
	}

	async write(conversation: string): Promise<void> {
		const sent = this.written.get(conversation) ?? [];
		this.written.set(conversation, sent);
		const text = `${this.name} ${sent.length}`;
		await this.colleague.write(conversation, text);
		sent.push(text);
	}

	/** Dies wherever it is, and comes back. */
	async crash(): Promise<void> {
		const { faults } = this.network;
		this.network.die();
		this.storage.crash();
		this.colleague.crash();
		this.network = new FaultyTransport(this.#random, faults);
		await this.colleague.openApp({
			transport: this.network.wrap(createNodeTransport({ url: server.origin })),
			databases: this.storage.databases
		});
	}

	mend(): void {
		this.network.faults = NO_FAULTS;
		this.network.blink();
	}
}

describe('random interleavings over a faulty network', () => {
	it.each([11, 22, 33, 44, 55])(
		'lose nothing, show nothing twice and keep the order, seed %i',
		async (seed) => {
			const random = seededRandom(seed);
			const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
			const people = ['Alice', 'Bob', 'Charlie', 'Dora'].map(
				(name) => new Clumsy(`${name}${seed}`, random)
			);
			const [alice, bob, charlie, dora] = people as [Clumsy, Clumsy, Clumsy, Clumsy];
			for (const person of people) await person.join();
			const ids = await Promise.all(people.map(({ colleague }) => colleague.me()));
			for (const id of ids.slice(1))
				await alice.colleague.until('person', { id }, (found) => Boolean(found?.identityKey));
			const { conversation } = await alice.colleague.call('createGroup', {
				people: ids.slice(1, 3),
				profile: { title: `Runde ${seed}`, picture: null }
			});
			const writers = [alice, bob, charlie];
			for (const { colleague } of writers)
				await colleague.until('conversation', { id: conversation }, (detail) => detail !== null);
			for (const person of people) person.network.faults = FAULTS;

			let isDoraIn = false;
			const changes: Promise<unknown>[] = [];
			for (let step = 0; step < STEPS; step++) {
				const person = pick(writers);
				const dice = random();
				if (dice < 0.7) await person.write(conversation);
				else if (dice < 0.78) person.network.goOffline();
				else if (dice < 0.88) person.network.goOnline();
				else if (dice < 0.94) await person.crash();
				else {
					const input = isDoraIn
						? alice.colleague.call('removePerson', { conversation, person: ids[3] ?? '' })
						: alice.colleague.call('addPeople', { conversation, people: [ids[3] ?? ''] });
					isDoraIn = !isDoraIn;
					// Told by its effect, or lost with a crash of the teller; never by a failure.
					changes.push(input.catch((error: unknown) => error));
				}
				if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 40));
			}
			for (const person of people) person.mend();
			for (const person of writers) {
				await person.colleague.call('wake', undefined);
				await person.colleague.untilSent();
			}

			const all = writers.flatMap((person) => person.written.get(conversation) ?? []).toSorted();
			const views: string[][] = [];
			for (const { colleague } of writers) {
				const input = { conversation, around: 'newest' as const, count: 1000 };
				const isComplete = (texts: string[]): boolean => texts.length >= all.length;
				await colleague.until('messages', input, ({ messages }) =>
					isComplete(messages.filter(({ kind }) => kind === 'text').map(({ text }) => text))
				);
				const messages = await colleague.messages(conversation);
				expect(messages.filter(({ kind }) => kind === 'pending' || kind === 'closed')).toEqual([]);
				expect(messages.filter(({ state }) => state === 'refused')).toEqual([]);
				views.push(await colleague.texts(conversation));
			}
			for (const texts of views) {
				expect(texts.toSorted()).toEqual(all);
				for (const person of writers)
					expect(texts.filter((text) => text.startsWith(person.name))).toEqual(
						person.written.get(conversation) ?? []
					);
				expect(texts).toEqual(views[0]);
			}
			// Who came and went reads only what was written while being in it, each once and in order.
			const doras = await dora.colleague.texts(conversation);
			expect(doras).toEqual(views[0]?.filter((text) => doras.includes(text)));
			for (const { colleague } of people) await colleague.leaveApp();
		}
	);
});
