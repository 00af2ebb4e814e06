/** What is different between two policies. */
import type { Policy } from '#shared/contract/policy.ts';
import { POLICY_GROUPS, type PolicyName } from './policy-texts.ts';

/** In the order in which they are read. */
export const differences = (before: Policy, after: Policy): PolicyName[] =>
	POLICY_GROUPS.flatMap(({ names }) => names).filter((name) => before[name] !== after[name]);
