/**
 * Somebody's visit to a shared terminal ends, and whoever writes next in a group of 50 takes the terminal out of the
 * group's tree first: what that message costs beside a usual one.
 */
import { TIMING } from '#core/sync/pause.ts';
import { joinColleague, joinFromLink, type Colleague } from '#tests/fixtures/colleagues.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { Terminal } from '#tests/fixtures/terminal.ts';
import type { Report } from './run.ts';
import { percentile, reportPercentiles, round } from './samples.ts';

const PEOPLE = 50;
const VISITS = 10;
const PATIENCE = 300_000;

export async function run(report: Report): Promise<void> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	const here: Colleague[] = [];
	try {
		const alice = await joinFromLink('Alice', await server.firstLink(), { timing: TIMING });
		here.push(alice);
		const names = Array.from({ length: PEOPLE - 1 }, (_, at) => `Person ${at}`);
		for (const name of names) {
			const colleague = await joinColleague(alice, name, { timing: TIMING });
			// The others are in the tree, and away.
			if (here.length < 3) here.push(colleague);
			else await colleague.leaveApp();
		}
		const [, bob, carol] = here;
		if (!bob || !carol) throw new Error('nobody there');
		const people = await Promise.all(names.map((name) => alice.find(name)));
		const profile = { title: 'Winterdienst', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		for (const one of [bob, carol])
			await one.until('conversations', undefined, (list) => list.length === 1, PATIENCE);
		const library = await Terminal.register(alice, 'Bibliothek');

		const write = async (from: Colleague, text: string): Promise<number> => {
			const since = performance.now();
			await from.write(conversation, text);
			await bob.untilText(conversation, text);
			return performance.now() - since;
		};
		const usual: number[] = [];
		const first: number[] = [];
		for (let visit = 0; visit < VISITS; visit += 1) {
			const visitor = await library.visitBy(carol, TIMING);
			await visitor.until('conversations', undefined, (list) => list.length === 1, PATIENCE);
			await write(visitor, `Am Terminal ${visit}`);
			await alice.untilText(conversation, `Am Terminal ${visit}`);
			usual.push(await write(alice, `Wie immer ${visit}`));
			await visitor.call('leaveTerminal', undefined);
			first.push(await write(alice, `Danach ${visit}`));
			await visitor.leaveApp();
		}
		for (const [metric, samples] of [
			['message during a visit', usual],
			['first message after it', first]
		] as const)
			reportPercentiles(report, samples, (name) => `${metric}, ${name}`);
		const ratio = percentile(first, 0.5) / percentile(usual, 0.5);
		report({ metric: 'p50-ratio', value: round(ratio), unit: 'x', n: VISITS });
	} finally {
		for (const colleague of here) await colleague.leaveApp();
		await server.close();
	}
}
