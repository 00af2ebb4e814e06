/** MLS operations at several sizes of a group: times in milliseconds, state in bytes. People are real, with certificates that are checked. */
import type { Group } from '#core/protocol/group.ts';
import { joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import { contextOf, rosterOf } from '#tests/protocol/people.ts';
import { gatherGroup } from './group-to-be.ts';
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
	const { world, id, tablet, others, alone, add } = await gatherGroup(size);
	const [bob] = others;
	if (bob === undefined) throw new Error('too small');
	const put = (metric: string, value: number, unit = 'ms') =>
		report({ metric: `${metric}@${size}`, value, unit, n: size });

	const [made, adds] = await timed(() => alone.commit({ add }, contextOf(world, alone)));
	put('add-all', adds);
	const welcome = made.welcome ?? new Uint8Array();
	const keyPackages = [bob.keyPackage];
	const [{ group }, joins] = await fastest(() =>
		joinByWelcome({ id, welcome, keyPackages, self: bob.keys, trust: world })
	);
	put('join-welcome', joins);
	put('welcome-size', welcome.length, 'bytes');

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
