/** The last steps of getting back in, which are the same on every way. Types only. */
import type { DeviceDescription } from '#core/engine/api.ts';

interface Entered {
	displayName: string;
	device: DeviceDescription;
}

export interface EnteringEntry extends Entered {
	pin: string;
}

export type EnteringStep =
	/** `entered`: what was typed before a failed try, without the PIN. */
	{ at: 'pin'; error: unknown; entered: Entered | null } | { at: 'working' } | { at: 'done' };
