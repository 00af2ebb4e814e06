/**
 * Five people with up to four devices each do at random what people do: write, link a device, revoke one, lose one,
 * start one again, take people out of the group and let them in. Afterwards everybody who may read something reads it
 * on every device, nobody else holds its key, and nothing is unreadable. The seed stands in the test's name.
 *
 * An operation is a method of `Town` and a line in `OPERATIONS`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const RUNS = Number(process.env['DEVICES_RUNS'] ?? 2);
const PEOPLE = 5;
const MOST_DEVICES = 4;
const STEPS = 14;
const PATIENCE = 120_000;

interface Person {
	name: string;
	id: string;
	devices: Colleague[];
	/** Closed for good: revoked, or lost. */
	gone: Colleague[];
}

interface Said {
	text: string;
	/** Who was in the group. */
	audience: Set<Person>;
}

const idOf = async (device: Colleague): Promise<string> =>
	(await device.until('status', undefined, () => true, PATIENCE)).device.id;

class Town {
	readonly said: Said[] = [];
	readonly members = new Set<Person>();
	group = '';
	readonly #people: Person[];
	readonly #random: () => number;

	constructor(people: Person[], random: () => number) {
		this.#people = people;
		this.#random = random;
	}

	get people(): readonly Person[] {
		return this.#people;
	}

	/** The one who made the group. */
	get #admin(): Person {
		return this.#people[0] as Person;
	}

	pick<T>(all: Iterable<T>): T | undefined {
		const list = [...all];
		return list[Math.floor(this.#random() * list.length)];
	}

	async begin(): Promise<void> {
		const [admin, ...others] = this.#people;
		const first = admin?.devices[0];
		if (!first) throw new Error('nobody is there');
		const some = others.slice(0, 3);
		const profile = { title: 'Runde', picture: null };
		const people = some.map(({ id }) => id);
		this.group = (await first.call('createGroup', { people, profile })).conversation;
		for (const person of [this.#admin, ...some]) await this.#enters(person);
	}

	async #enters(person: Person): Promise<void> {
		this.members.add(person);
		await this.#everywhere(person, (active) => active);
	}

	async #everywhere({ devices }: Person, isIt: (active: boolean) => boolean): Promise<void> {
		for (const device of devices)
			await device.until(
				'conversation',
				{ id: this.group },
				(detail) => detail !== null && isIt(detail.active),
				PATIENCE
			);
	}

	async write(): Promise<void> {
		const device = this.pick(this.pick(this.members)?.devices ?? []);
		if (!device) return;
		const text = `Nachricht ${this.said.length + 1}`;
		await device.write(this.group, text);
		await device.until('status', undefined, ({ waiting }) => waiting === 0, PATIENCE);
		this.said.push({ text, audience: new Set(this.members) });
		await this.#arrived();
	}

	/** Everybody has what was said: what somebody had when being taken out is theirs. */
	async #arrived(): Promise<void> {
		for (const person of this.members)
			for (const device of person.devices) await this.reads(person, device);
	}

	async link(): Promise<void> {
		const person = this.pick(this.#people.filter(({ devices }) => devices.length < MOST_DEVICES));
		const old = this.pick(person?.devices ?? []);
		if (person && old) person.devices.push(await old.addDevice());
	}

	async revoke(): Promise<void> {
		const person = this.pick(this.#people.filter(({ devices }) => devices.length > 1));
		const device = this.pick(person?.devices ?? []);
		const by = person?.devices.find((each) => each !== device);
		if (!person || !device || !by) return;
		const id = await idOf(device);
		await this.lay(person, device);
		await by.call('revokeDevice', { id });
	}

	async lose(): Promise<void> {
		const person = this.pick(this.#people.filter(({ devices }) => devices.length > 1));
		const device = this.pick(person?.devices ?? []);
		if (person && device) await this.lay(person, device);
	}

	/** It is not there any more, whoever has it. */
	async lay(person: Person, device: Colleague): Promise<void> {
		person.devices = person.devices.filter((each) => each !== device);
		person.gone.push(device);
		await device.leaveApp();
	}

	async restart(): Promise<void> {
		await this.pick(this.pick(this.#people)?.devices ?? [])?.openApp();
	}

	async takeOut(): Promise<void> {
		const person = this.pick([...this.members].filter((each) => each !== this.#admin));
		if (!person) return;
		await this.pick(this.#admin.devices)?.call('removePerson', {
			conversation: this.group,
			person: person.id
		});
		this.members.delete(person);
		await this.#everywhere(person, (active) => !active);
	}

	async letIn(): Promise<void> {
		const person = this.pick(this.#people.filter((each) => !this.members.has(each)));
		if (!person) return;
		await this.pick(this.#admin.devices)?.call('addPeople', {
			conversation: this.group,
			people: [person.id]
		});
		await this.#enters(person);
	}

	/** Waits until a device shows exactly what its person may read, in order, and nothing that can't be read. */
	async reads(person: Person, device: Colleague): Promise<void> {
		const wanted = this.said.filter(({ audience }) => audience.has(person)).map(({ text }) => text);
		const input = { conversation: this.group, around: 'newest' as const, count: 1000 };
		await device.until(
			'messages',
			input,
			({ messages }) =>
				messages.every(({ kind, event }) => !UNREADABLE.has(kind) && event?.type !== 'missing') &&
				JSON.stringify(messages.filter(({ kind }) => kind === 'text').map(({ text }) => text)) ===
					JSON.stringify(wanted),
			PATIENCE
		);
	}

	/** Names of the keys of all that was said, by text, from a device that read it all. */
	async keysOfSaid(): Promise<Map<string, string>> {
		const device = this.#admin.devices[0];
		if (!device) throw new Error('nobody is there');
		return device.withStore(async ({ read }) => {
			const keys = await keysIn(read, this.group);
			const messages = await read.messages.toArray();
			return new Map(messages.map(({ text, epoch }) => [text, keys.get(epoch) ?? '']));
		});
	}
}

type Read = Parameters<Parameters<Colleague['withStore']>[0]>[0]['read'];

const keysIn = async (read: Read, group: string): Promise<Map<number, string>> => {
	const records = await read.epochKeys.toArray();
	const here = records.filter(({ conversation }) => conversation === group);
	return new Map(here.map(({ epoch, kid }) => [epoch, toBase64url(kid)]));
};

const UNREADABLE = new Set<string>(['pending', 'closed', 'unknown']);

const OPERATIONS: { weight: number; run: (town: Town) => Promise<void> }[] = [
	{ weight: 6, run: (town) => town.write() },
	{ weight: 3, run: (town) => town.link() },
	{ weight: 1, run: (town) => town.revoke() },
	{ weight: 1, run: (town) => town.lose() },
	{ weight: 1, run: (town) => town.restart() },
	{ weight: 1, run: (town) => town.takeOut() },
	{ weight: 2, run: (town) => town.letIn() }
];
const BAG = OPERATIONS.flatMap(({ weight, run }) => Array.from({ length: weight }, () => run));

let server: TestServer;
let staff: Colleague;

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000' } });
	staff = await joinFromLink('IT', await server.firstLink());
});
afterAll(async () => {
	await staff?.leaveApp();
	await server?.close();
});

describe('people with several devices', () => {
	it.each(Array.from({ length: RUNS }, (_, index) => index + 1))(
		'read everything that they may on each, and nothing else, seed %i',
		async (seed) => {
			const random = seededRandom(seed);
			const people: Person[] = [];
			for (let at = 0; at < PEOPLE; at++) {
				const name = `P${seed}-${at}`;
				const device = await joinColleague(staff, name);
				people.push({ name, id: await device.me(), devices: [device], gone: [] });
			}
			for (const one of people)
				for (const other of people) if (one !== other) await one.devices[0]?.find(other.name);
			const town = new Town(people, random);
			try {
				await town.begin();
				await town.write();
				for (let step = 0; step < STEPS; step++) await town.pick(BAG)?.(town);
				await town.write();
				for (const person of people)
					for (const device of person.devices)
						if (town.said.some(({ audience }) => audience.has(person)))
							await town.reads(person, device);
				const keys = await town.keysOfSaid();
				for (const person of people) {
					const foreign = town.said.filter(({ audience }) => !audience.has(person));
					for (const device of [...person.devices, ...person.gone]) {
						const held = await device.withStore(async ({ read }) => [
							...(await keysIn(read, town.group)).values()
						]);
						for (const { text } of foreign) expect(held).not.toContain(keys.get(text));
					}
				}
			} finally {
				for (const { devices } of people) for (const device of devices) await device.leaveApp();
			}
		},
		15 * 60_000
	);
});
