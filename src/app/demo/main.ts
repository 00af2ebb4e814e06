/**
 * `npm run demo`: fills a freshly started server with the sample town and keeps it talking until it is
 * stopped. Arguments: the link for the first administrator, and lines per minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { demoEngine } from './engine.ts';
import { Actor } from './actor.ts';
import type { Scene } from './scene.ts';
import { fill, scenes, welcome } from './talk.ts';
import { colleagues, groups, type Colleague } from './town.ts';

const [link, perMinute] = [process.argv[2] ?? '', Number(process.argv[3] ?? 8)];
const chance = Math.random;
/** Scenes that are over when a visitor comes. */
const EARLIER_SCENES = 16;
const actors = new Map<string, Actor>();
/** Person ids of the colleagues; everybody else is a visitor. */
const played = new Set<string>();
const isVisitor = (person: string) => !played.has(person);
const conversations = new Map<string, string>();

const say = (line: string) => void process.stdout.write(`${line}\n`);
/** One scene that fails is no reason for the town to fall silent. */
const goOn = (error: unknown) =>
	say(`Something did not work: ${error instanceof Error ? error.message : 'unknown'}`);
const actorOf = (key: string): Actor => {
	const actor = actors.get(key);
	if (!actor) throw new Error(`Nobody is called ${key}`);
	return actor;
};

async function join(colleague: Colleague, invitation: string): Promise<Actor> {
	const engine = await demoEngine(invitation, colleague);
	const actor = new Actor(colleague, engine, chance, isVisitor);
	played.add((await actor.now('status', undefined)).me.id);
	actors.set(colleague.key, actor);
	return actor;
}

async function invite(it: Actor, details: Colleague, role: 'member' | 'admin'): Promise<string> {
	const { key: _, ...person } = details;
	const made = await it.engine.call('createInvitation', { details: person, role, validHours: 48 });
	return made.link;
}

async function settle(): Promise<Actor> {
	const [first, ...others] = colleagues;
	if (!first) throw new Error('The town is empty');
	const it = await join(first, link);
	const { key: _, ...details } = first;
	await it.engine.call('updatePerson', {
		id: (await it.now('status', undefined)).me.id,
		details
	});
	for (const colleague of others) await join(colleague, await invite(it, colleague, 'member'));
	return it;
}

const idOf = async (key: string) => (await actorOf(key).now('status', undefined)).me.id;

async function makeGroups(): Promise<void> {
	for (const group of groups) {
		const [maker, ...rest] = group.people;
		if (!maker) continue;
		const people = await Promise.all(rest.map(idOf));
		const { conversation } = await actorOf(maker).engine.call('createGroup', {
			people,
			profile: { title: group.title, picture: null }
		});
		conversations.set(group.key, conversation);
	}
}

/** Conversation in which a scene plays. */
async function placeOf(scene: Scene): Promise<string> {
	if (scene.group !== null) return conversations.get(scene.group) ?? '';
	const [first, second] = [...new Set(scene.lines.map(([who]) => who))];
	const person = await idOf(second ?? '');
	const opened = await actorOf(first ?? '').engine.call('openDirect', { person });
	return opened.conversation;
}

async function play(scene: Scene, between: () => number): Promise<void> {
	const place = await placeOf(scene);
	for (const [who, text] of scene.lines) {
		const gap = between();
		await actorOf(who).say(place, fill(text, chance), Math.min(gap / 2, 4000));
		await pause(gap / 2);
	}
}

/** Greets people who joined by the printed links, and brings them into the groups of their department. */
function receiveVisitors(it: Actor): void {
	const received = new Set<string>();
	it.engine.watch('people', { query: '' }, (people) => {
		for (const person of people.filter(({ id }) => isVisitor(id) && !received.has(id))) {
			received.add(person.id);
			greet(person.id, person.displayName, person.department).catch(goOn);
		}
	});
}

async function greet(person: string, name: string, department: string): Promise<void> {
	const host = colleagues.find((one) => one.department === department && one.key !== 'voigt');
	if (host) {
		const opened = await actorOf(host.key).engine.call('openDirect', { person });
		await actorOf(host.key).say(opened.conversation, welcome(name), 1500);
	}
	for (const group of groups.filter((one) => one.welcomes.includes(department))) {
		const conversation = conversations.get(group.key);
		if (conversation && group.people[0]) {
			const call = actorOf(group.people[0]).engine;
			await call.call('addPeople', { conversation, people: [person] });
		}
	}
}

async function printLinks(it: Actor): Promise<void> {
	const visitor = (
		key: string,
		displayName: string,
		department: string,
		functionTitle: string
	) => ({
		key,
		displayName,
		department,
		functionTitle,
		phone: '',
		email: ''
	});
	const admin = visitor('admin', 'Miriam Weber', 'Rathaus', 'IT');
	const staff = [
		visitor('staff1', 'Carsten Lang', 'Bauhof', 'Straßenunterhalt'),
		visitor('staff2', 'Anna Fuchs', 'Touristeninformation', 'Gästeberatung')
	];
	say(
		`Enrolment link for an administrator (${admin.displayName}): ${await invite(it, admin, 'admin')}`
	);
	for (const one of staff) {
		const made = await invite(it, one, 'member');
		say(`Enrolment link for a staff member (${one.displayName}, ${one.department}): ${made}`);
	}
}

const shuffled = <T>(list: T[]): T[] =>
	list
		.map((value) => ({ value, at: chance() }))
		.sort((a, b) => a.at - b.at)
		.map(({ value }) => value);

say(`Settling ${colleagues.length} colleagues in Stadt Lindenbach …`);
const it = await settle();
say('Founding groups …');
await makeGroups();
receiveVisitors(it);
await printLinks(it);
say('The town is talking. Ctrl-C ends it.');
// What was said before the visitor came.
for (const scene of shuffled(scenes).slice(0, EARLIER_SCENES))
	await play(scene, () => 0).catch(goOn);
const between = () => (60_000 / perMinute) * (0.5 + chance());
for (;;) {
	for (const scene of shuffled(scenes)) await play(scene, between).catch(goOn);
}
