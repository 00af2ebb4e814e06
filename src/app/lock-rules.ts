/** When an open container locks by itself: what the person chose, and what the authority lays down where that is stricter. */
import type { EngineLink, Settings } from '#core/engine/api.ts';
import type { DeviceKind } from '#shared/contract/devices.ts';
import type { Policy } from '#shared/contract/policy.ts';
import type { IdleLimits } from './idle-clock.ts';

const MINUTE = 60_000;
/** Carried around, and left lying about. */
const CARRIED: readonly DeviceKind[] = ['phone', 'tablet'];

export interface LockFacts {
	settings: Pick<Settings, 'lockAfterMinutes'>;
	policy: Pick<Policy, 'idleMinutes' | 'backgroundMinutes'>;
	kind: DeviceKind;
}

export const limitsFor = ({ settings, policy, kind }: LockFacts): IdleLimits => ({
	idle: Math.min(settings.lockAfterMinutes, policy.idleMinutes) * MINUTE,
	hidden: CARRIED.includes(kind) ? policy.backgroundMinutes * MINUTE : Infinity
});

export interface LockHandlers {
	/** Told as soon as all is known that the limits rest on, and whenever one changes. */
	limit(limits: IdleLimits): void;
	/** Somebody asks for it, from another device or as IT. */
	lock(): void;
}

/** Ends with the engine. */
export function followLockRules(engine: EngineLink, { limit, lock }: LockHandlers): void {
	const known: Partial<LockFacts> = {};
	const learn = (fact: Partial<LockFacts>): void => {
		Object.assign(known, fact);
		const { settings, policy, kind } = known;
		if (settings && policy && kind) limit(limitsFor({ settings, policy, kind }));
	};
	engine.watch('settings', undefined, (settings) => learn({ settings }));
	engine.watch('policy', undefined, ({ policy }) => learn({ policy }));
	engine.watch('lockAsked', undefined, (isAsked) => {
		if (isAsked) lock();
	});
	engine.watch('status', undefined, ({ device }) => learn({ kind: device.kind }));
}
