/**
 * Five people with up to four devices each do at random what people do: write, link a device, revoke one, lose one or
 * all, come back by code or by two custodians, sit down at a shared terminal and leave it, start again, take people out
 * of the group and let them in. Afterwards everybody who may read something reads it on every device, nobody else holds
 * its key, and nothing is unreadable.
 *
 * The seed stands in the test's name. `DEVICES_RUNS=1 DEVICES_FIRST=17` repeats seed 17; `DEVICES_STEPS=0,3,4` leaves out
 * all but these of its steps, which else do the same: so what failed is made small.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Colleague, joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { seededRandom } from '#tests/fixtures/faulty-transport.ts';
import { HAPPENINGS, write } from '#tests/fixtures/random-town/happenings.ts';
import { type Authority, Town } from '#tests/fixtures/random-town/town.ts';
import { setCustodians } from '#tests/fixtures/restoring.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { Terminal } from '#tests/fixtures/terminal.ts';

const RUNS = Number(process.env['DEVICES_RUNS'] ?? 2);
const FIRST = Number(process.env['DEVICES_FIRST'] ?? 1);
const ONLY = process.env['DEVICES_STEPS']?.split(',').map(Number);
const STEPS = 16;
/** Who loses devices without revoking them has more than are in use. */
const ROOM = 20;

let server: TestServer;
let staff: Colleague;
let second: Colleague;
let authority: Authority;

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000' } });
	const link = await server.firstLink();
	staff = await joinFromLink('IT', link);
	second = await joinColleague(staff, 'Datenschutz');
	const { version, policy } = await staff.until('policy', undefined, () => true);
	const wanted = { ...policy, recoveryByIt: true, maxDevices: ROOM };
	await staff.call('setPolicy', { version, policy: wanted });
	await setCustodians(staff, staff, second);
	const terminal = await Terminal.register(staff, 'Bibliothek');
	authority = { origin: new URL(link).origin, custodians: [staff, second], terminal };
});
afterAll(async () => {
	await staff?.leaveApp();
	await second?.leaveApp();
	await server?.close();
});

/** What happens in a run, each with a seed of its own. */
function plan(
	seed: number
): { step: number; happening: (typeof HAPPENINGS)[number]; own: number }[] {
	const random = seededRandom(seed);
	return Array.from({ length: STEPS }, (_, step) => ({
		step,
		happening: HAPPENINGS[Math.floor(random() * HAPPENINGS.length)] ?? write,
		own: Math.floor(random() * 2 ** 31)
	})).filter(({ step }) => ONLY?.includes(step) ?? true);
}

describe('people with several devices', () => {
	it.each(Array.from({ length: RUNS }, (_, index) => index + FIRST))(
		'read everything that they may on each, and nothing else, seed %i',
		async (seed) => {
			const town = await Town.found(`P${seed}`, authority);
			const happened: string[] = [];
			try {
				await write(town);
				for (const { step, happening, own } of plan(seed)) {
					town.random = seededRandom(own);
					happened.push(`${step}: ${happening.name}`);
					const what = await happening(town);
					happened.push(`${happened.pop()}: ${what ?? 'nothing'}`);
				}
				await write(town);
				for (const person of town.people) await town.reads(person);
				expect(await town.foreignKeys()).toEqual([]);
			} catch (error) {
				throw new Error(`Seed ${seed} fails after:\n${happened.join('\n')}`, { cause: error });
			} finally {
				await town.close();
			}
		},
		15 * 60_000
	);
});
