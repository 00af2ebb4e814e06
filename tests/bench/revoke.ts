/**
 * A device is revoked that is in 50 groups: until its connection is closed, until it is out of every tree while nobody
 * writes, and what the first message afterwards costs in a group that it is not out of yet.
 */
import { TIMING } from '#core/sync/pause.ts';
import type { Transport } from '#core/sync/transport.ts';
import { joinColleague, joinFromLink, type Colleague } from '#tests/fixtures/colleagues.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { openDatabase } from './crowd.ts';
import type { Report } from './run.ts';
import { reportPercentiles, round } from './samples.ts';

const GROUPS = 50;
const FIRST_MESSAGES = 20;
const PAUSE = 20;

/** Tells when a live connection has ended for good. */
function noticeEnd(onEnd: () => void): (inner: Transport) => Transport {
	return (inner) => ({
		...inner,
		live: (handlers) =>
			inner.live({
				...handlers,
				onError: (error) => {
					onEnd();
					handlers.onError(error);
				}
			})
	});
}

export async function run(report: Report): Promise<void> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	const database = await openDatabase(server);
	const here: Colleague[] = [];
	const ended = new Map<string, number>();
	try {
		const alice = await joinFromLink('Alice', await server.firstLink(), { timing: TIMING });
		here.push(alice);
		const join = async (name: string): Promise<Colleague> => {
			const wrap = noticeEnd(() => ended.set(name, performance.now()));
			const colleague = await joinColleague(alice, name, { timing: TIMING, wrap });
			here.push(colleague);
			return colleague;
		};
		const [bob, carol, dora] = [await join('Bob'), await join('Carol'), await join('Dora')];
		const people = await Promise.all(['Bob', 'Carol', 'Dora'].map((name) => alice.find(name)));
		const groups: string[] = [];
		for (let index = 0; index < GROUPS; index++) {
			const profile = { title: `Gruppe ${index}`, picture: null };
			const { conversation } = await alice.call('createGroup', { people, profile });
			groups.push(conversation);
		}
		const areThere = (list: unknown[]) => list.length === GROUPS;
		for (const colleague of [bob, carol, dora])
			await colleague.until('conversations', undefined, areThere, 300_000);
		await alice.untilSent();

		const pendingOf = async (device: string): Promise<number> => {
			const { rows } = await database.query<{ pending: string }>(
				'select count(*) pending from member_devices where device = $1 and removal_pending',
				[device]
			);
			return Number(rows[0]?.pending);
		};
		const untilOut = async (device: string): Promise<void> => {
			while ((await pendingOf(device)) > 0)
				await new Promise((resolve) => setTimeout(resolve, PAUSE));
		};
		const revoke = async (colleague: Colleague) => {
			const { device } = await colleague.until('status', undefined, () => true);
			const since = performance.now();
			await alice.call('revokeDevice', { id: device.id });
			return { since, device: device.id };
		};
		const closedAfter = async (name: string, since: number): Promise<number> => {
			while (!ended.has(name)) await new Promise((resolve) => setTimeout(resolve, 1));
			return (ended.get(name) ?? 0) - since;
		};

		const quiet = await revoke(bob);
		const closed = await closedAfter('Bob', quiet.since);
		report({ metric: 'connection closed', value: round(closed), unit: 'ms', n: 1 });
		await untilOut(quiet.device);
		const out = performance.now() - quiet.since;
		report({ metric: `out of ${GROUPS} trees`, value: round(out), unit: 'ms', n: 1 });

		const usual: number[] = [];
		const first: number[] = [];
		const write = async (conversation: string, text: string): Promise<number> => {
			const since = performance.now();
			await carol.write(conversation, text);
			await alice.untilText(conversation, text);
			return performance.now() - since;
		};
		for (const group of groups.slice(-FIRST_MESSAGES)) usual.push(await write(group, 'Wie immer'));
		await revoke(dora);
		for (const group of groups.slice(-FIRST_MESSAGES)) first.push(await write(group, 'Danach'));
		for (const [metric, samples] of [
			['message before', usual],
			['first message after', first]
		] as const)
			reportPercentiles(report, samples, (name) => `${metric}, ${name}`);
	} finally {
		for (const colleague of here) await colleague.leaveApp();
		await database.end();
		await server.close();
	}
}
