/** The numbers that are offered for a policy. */
import type { Policy } from '#shared/contract/policy.ts';
import type { POLICY_RANGES } from '#shared/domain/policy.ts';

export type CountedPolicy = keyof typeof POLICY_RANGES;

const CHOICES: Record<CountedPolicy, readonly number[]> = {
	pinLength: [6, 7, 8, 9, 10, 11, 12],
	idleMinutes: [1, 2, 3, 5, 10, 15, 30, 60],
	backgroundMinutes: [0, 1, 2, 5, 10, 15],
	maxDevices: [1, 2, 3, 4, 5, 6, 8, 10, 15, 20],
	terminalDays: [0, 7, 14, 30, 90, 180, 365]
};

export const isCounted = (name: keyof Policy): name is CountedPolicy =>
	Object.hasOwn(CHOICES, name);

/** In ascending order; what holds is among them, whatever it is. */
export const choicesFor = (name: CountedPolicy, policy: Policy): number[] =>
	[...new Set([...CHOICES[name], policy[name]])].sort((a, b) => a - b);
