import { expect, test } from 'vitest';
import { Churn } from './churn.ts';
import { Chance } from './random.ts';

const SEED = 9420;
const MEMBERS = 40;
const STEPS = 1000;

test(
	`churn: ${MEMBERS} members, ${STEPS} steps, no error, no disagreement`,
	{ timeout: 600_000 },
	async () => {
		const churn = new Churn(new Chance(SEED), MEMBERS);
		await churn.start();
		for (let step = 1; step <= STEPS; step++) {
			try {
				await churn.step();
			} catch (cause) {
				throw new Error(`seed ${SEED}, step ${step}`, { cause });
			}
		}
		console.info(`churn: seed ${SEED}`, Object.fromEntries(churn.counts));
		expect([...churn.counts.values()].every((count) => count > 20)).toBe(true);
	}
);
