/**
 * What the authority lays down for its devices: the values, where they may lie, and what holds where nobody has
 * laid down anything. Pure data and rules without zod, so that pages may use them.
 */

/** What a notification on a locked device says besides that there is something new. */
export type NotificationText = 'none' | 'sender';

export interface PolicyValues {
	/** Fewest characters of a PIN. */
	pinLength: number;
	/** Minutes without a touch until a device locks itself; people may choose fewer. */
	idleMinutes: number;
	/** Minutes out of sight until a phone or tablet locks itself; 0: at once. */
	backgroundMinutes: number;
	/** Whether a pass phrase may open a device without a network. */
	offlineUnlock: boolean;
	/** `sender` travels sealed for the browser, and stays in the phone's list of notifications after reading. */
	notificationText: NotificationText;
	/** Whether anything out of conversations may be saved outside of them. */
	downloads: boolean;
	/** Whether anything out of conversations may be handed to other apps. */
	sharing: boolean;
	/** Whether text of messages may be copied. */
	copy: boolean;
	/** Devices of one person at once; terminals do not count. */
	maxDevices: number;
	/** Days back that a shared terminal is served. */
	terminalDays: number;
	/** Whether people may sign in at terminals by a code and a PIN, without their phone. */
	terminalPin: boolean;
	/** Whether custodians of the authority together can restore somebody's access. */
	recoveryByIt: boolean;
}

export const DEFAULT_POLICY: Readonly<PolicyValues> = Object.freeze({
	pinLength: 6,
	idleMinutes: 5,
	backgroundMinutes: 1,
	offlineUnlock: true,
	notificationText: 'none',
	downloads: true,
	sharing: true,
	copy: true,
	maxDevices: 5,
	terminalDays: 30,
	terminalPin: false,
	recoveryByIt: false
});

/** Smallest and largest value of each number. */
export const POLICY_RANGES = {
	pinLength: { min: 6, max: 12 },
	idleMinutes: { min: 1, max: 60 },
	backgroundMinutes: { min: 0, max: 15 },
	maxDevices: { min: 1, max: 20 },
	terminalDays: { min: 0, max: 365 }
} as const;
