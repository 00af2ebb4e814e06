/** MLS operations at several sizes of a group: times in milliseconds, state in bytes. People are real, with certificates that are checked. */
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { Group } from '#core/protocol/group.ts';
import { createGroup, joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import {
	adding,
	contextOf,
	enrol,
	makeDevice,
	makeWorld,
	packageFor,
	rosterOf
} from '#tests/protocol/people.ts';
import type { Report } from './run.ts';

const SIZES = [10, 100, 500, 1000];
const ROUNDS = 5;

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
	const from = performance.now();
	const result = await work();
	return [result, performance.now() - from];
}

/** Shortest of some rounds: what the work takes when nothing else runs. */
async function fastest<T>(work: () => Promise<T>): Promise<[T, number]> {
	let best = await timed(work);
	for (let round = 1; round < ROUNDS; round++) {
		const next = await timed(work);
		if (next[1] < best[1]) best = next;
	}
	return best;
}

function requireGroup(next: Group | 'removed'): Group {
	if (next === 'removed') throw new Error('removed');
	return next;
}

async function measure(size: number, report: Report): Promise<void> {
	const world = makeWorld();
	const others = await Promise.all(Array.from({ length: size - 1 }, () => enrol(world)));
	const self = await enrol(world);
	const packages = await Promise.all(others.map((other) => packageFor(other)));
	const [bob, bobsPackage] = [others[0], packages[0]];
	if (bob === undefined || bobsPackage === undefined) throw new Error('too small');
	const id = uuidV4();
	const put = (metric: string, value: number, unit = 'ms') =>
		report({ metric: `${metric}@${size}`, value, unit, n: size });

	const alone = await createGroup({ id, kind: 'group', self, now: world.now() });
	const add = others.map((other, at) => adding(other, packages[at] ?? bobsPackage));
	const [made, adds] = await timed(() => alone.commit({ add }, contextOf(world, alone)));
	put('add-all', adds);
	const welcome = made.welcome ?? new Uint8Array();
	const keyPackages = [bobsPackage];
	const [{ group }, joins] = await fastest(() =>
		joinByWelcome({ id, welcome, keyPackages, self: bob, trust: world })
	);
	put('join-welcome', joins);
	put('welcome-size', welcome.length, 'bytes');

	const person = world.people.get(self.person);
	if (person === undefined) throw new Error('nobody');
	const tablet = await makeDevice(person);
	const { groupInfo } = made;
	const [, external] = await fastest(() =>
		joinByExternalCommit({ id, groupInfo, self: tablet, trust: world, roster: rosterOf(made.next) })
	);
	put('join-external', external);
	put('group-info-size', groupInfo.length, 'bytes');

	const [update, updates] = await fastest(() => group.commit({}, contextOf(world, group)));
	put('self-update', updates);
	put('commit-size', update.commit.length, 'bytes');
	const [processed, processes] = await fastest(() =>
		made.next.process(update.commit, contextOf(world, made.next))
	);
	put('process', processes);
	const [state, serialises] = await fastest(async () => requireGroup(processed.next).serialise());
	put('serialise', serialises);
	put('state-size', state.length, 'bytes');
}

export async function run(report: Report): Promise<void> {
	for (const size of SIZES) await measure(size, report);
}
