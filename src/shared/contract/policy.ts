/** What the authority lays down for all devices. Its clients keep to it; every device is shown what it is. */
import * as z from 'zod/mini';
import { POLICY_RANGES } from '#shared/domain/policy.ts';
import { Id, Millis } from './primitives.ts';

const within = ({ min, max }: { min: number; max: number }) =>
	z.int().check(z.minimum(min), z.maximum(max));

/** Meanings: `#shared/domain/policy.ts`. */
export const Policy = z.object({
	pinLength: within(POLICY_RANGES.pinLength),
	idleMinutes: within(POLICY_RANGES.idleMinutes),
	backgroundMinutes: within(POLICY_RANGES.backgroundMinutes),
	offlineUnlock: z.boolean(),
	notificationText: z.enum(['none', 'sender']),
	downloads: z.boolean(),
	sharing: z.boolean(),
	copy: z.boolean(),
	maxDevices: within(POLICY_RANGES.maxDevices),
	terminalDays: within(POLICY_RANGES.terminalDays),
	terminalPin: z.boolean(),
	recoveryByIt: z.boolean()
});
export type Policy = z.infer<typeof Policy>;

/** Counts the changes; 0 while nobody has laid down anything. */
const Version = z.int().check(z.minimum(0));

/** Who laid it down, and when. */
export const PolicyChange = z.object({ version: Version, policy: Policy, by: Id, at: Millis });
export type PolicyChange = z.infer<typeof PolicyChange>;

export const PolicyState = z.object({
	version: Version,
	policy: Policy,
	/** The last change; null before the first. */
	changed: z.nullable(z.object({ by: Id, at: Millis }))
});
export type PolicyState = z.infer<typeof PolicyState>;

/** `version` is the one that was looked at; where it is not the newest any more, that is a `conflict`. */
export const SetPolicyInput = z.object({ version: Version, policy: Policy });
export type SetPolicyInput = z.infer<typeof SetPolicyInput>;

/** The newest changes that are listed. */
export const POLICY_CHANGES_LIMIT = 50;
