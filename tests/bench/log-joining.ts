/**
 * Coming into a group of 1,000 whose devices this one knows nothing of: what the proofs that all of them stand in the
 * log of device keys take, beside the checks of the group itself, at two sizes of the log.
 */
import { sha256 } from '#core/crypto/hash.ts';
import { joinByExternalCommit } from '#core/protocol/join.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { openLogWorld, type LogWorld } from '#tests/fixtures/log-world.ts';
import { contextOf, rosterOf } from '#tests/protocol/people.ts';
import { gatherGroup } from './group-to-be.ts';
import type { Report } from './run.ts';
import { round } from './samples.ts';

const MEMBERS = 1000;
const LOG_SIZES = [1000, 100_000];

/** Answers of the log, counted as they travel. */
class Counted {
	calls = 0;
	bytes = 0;
	/** Milliseconds that went into making them up, which are a server's. */
	millis = 0;

	constructor(world: LogWorld) {
		const { log } = world;
		const real = log.answersFor(world.me.id);
		const deviceProofs: typeof real.deviceProofs = async (input) => {
			const began = performance.now();
			const answer = await real.deviceProofs(input);
			this.millis += performance.now() - began;
			this.calls++;
			this.bytes += JSON.stringify(answer).length;
			return answer;
		};
		world.log = Object.assign(log.fork(), { answersFor: () => ({ ...real, deviceProofs }) });
	}
}

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
	try {
		await work;
		return 'none';
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		return error.failure;
	}
};

export async function measureJoining(report: Report): Promise<void> {
	const { world: people, id, self, tablet, others, alone, add } = await gatherGroup(MEMBERS);
	const { groupInfo, next } = await alone.commit({ add }, contextOf(people, alone));

	for (const size of LOG_SIZES) {
		const world = await openLogWorld();
		for (const { certificate } of [self, ...others.map(({ keys }) => keys)])
			world.log.addDevice(certificate);
		const filler = sha256(new Uint8Array(190));
		while (world.log.statements.length < size)
			world.log.statements.push({ type: STATEMENT.device, person: self.person, statement: filler });
		const counted = new Counted(world);
		await world.transparency.follow();
		const isLogged: typeof people.isLogged = (member) => world.transparency.isLogged(member);
		const join = () =>
			joinByExternalCommit({
				id,
				groupInfo,
				self: tablet,
				trust: { ...people, isLogged },
				roster: rosterOf(next)
			});
		const put = (metric: string, value: number, unit: string): void =>
			report({ metric: `${metric} at ${size}`, value: round(value), unit, n: MEMBERS });
		const began = performance.now();
		if ((await refusalOf(join())) !== 'not_logged') throw new Error('nothing had to be proven');
		const asked = performance.now();
		await world.transparency.prove();
		const proven = performance.now();
		await join();
		const joined = performance.now();
		put('coming into a group of 1000, all', joined - began - counted.millis, 'ms');
		put('coming into a group of 1000, proofs', proven - asked - counted.millis, 'ms');
		put('coming into a group of 1000, calls for proofs', counted.calls, 'calls');
		put('coming into a group of 1000, proofs', counted.bytes, 'bytes');
		const again = performance.now();
		await join();
		put('coming into it once more', performance.now() - again, 'ms');
		if (counted.calls !== Math.ceil(MEMBERS / 500)) throw new Error('proofs were asked for twice');
	}
}
