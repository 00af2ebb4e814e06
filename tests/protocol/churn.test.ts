import { expect, test } from 'vitest';
import { Churn } from './churn.ts';
import { Chance } from './random.ts';

/** Small groups reach the edges that large ones never do: the last member, the only leaf. */
const RUNS = [
	{ members: 40, steps: 1000, seed: 9420 },
	{ members: 7, steps: 250, seed: 2 },
	{ members: 3, steps: 250, seed: 6 }
];

test.each(RUNS)(
	'churn: $members members, $steps steps, no error, no disagreement',
	{ timeout: 900_000 },
	async ({ members, steps, seed }) => {
		const churn = new Churn(new Chance(seed), members);
		await churn.start();
		for (let step = 1; step <= steps; step++) {
			try {
				await churn.step();
			} catch (cause) {
				throw new Error(`seed ${seed}, step ${step}`, { cause });
			}
		}
		console.info(`churn: seed ${seed}`, Object.fromEntries(churn.counts));
		expect([...churn.counts.values()].every((count) => count >= 5)).toBe(true);
	}
);
