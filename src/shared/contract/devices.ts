/** Devices: what their owner and IT see of them, and the MLS key packages that they leave for others. */
import * as z from 'zod/mini';
import { Id, Millis, bytes, exactBytes, line } from './primitives.ts';
import { RecoveredBy } from './recovery.ts';

/** A `terminal` is a browser that others use as well: the device lives for one visit, in memory only. */
export const DeviceKind = z.enum(['phone', 'tablet', 'desktop', 'bot', 'terminal']);
export type DeviceKind = z.infer<typeof DeviceKind>;

export const NewDevice = z.object({
	id: Id,
	name: line(60),
	kind: DeviceKind,
	/** Ed25519 public key; also the signature key of the device's MLS leaves. */
	signatureKey: exactBytes(32),
	/** Device certificate (core/protocol/certificate.ts) by the person's identity key. */
	certificate: bytes(2048)
});
export type NewDevice = z.infer<typeof NewDevice>;

/** Ways in which a container can be opened; one that has none lives in memory only. */
export const UNLOCKS = ['pin', 'pass_phrase', 'passkey'] as const;

/** What a device says of itself, to be read and for nothing else: it may lie. */
export const DeviceAbout = z.object({
	/** Name and version, such as `Firefox 140`. */
	browser: line(60),
	/** Whether it was opened as an installed app, and not in a tab. */
	installed: z.boolean(),
	unlocks: z.array(z.enum(UNLOCKS)).check(z.maxLength(UNLOCKS.length))
});
export type DeviceAbout = z.infer<typeof DeviceAbout>;

/** A device as its owner and IT see it. */
export const Device = z.object({
	id: Id,
	person: Id,
	name: z.string(),
	kind: DeviceKind,
	createdAt: Millis,
	lastSeenAt: z.nullable(Millis),
	revokedAt: z.nullable(Millis),
	/** Whether a push subscription is stored for it. */
	push: z.boolean(),
	/** When its push service last took a push; null where it is not known. */
	pushedAt: z.nullable(Millis),
	/** Null until the device has said it. */
	about: z.nullable(DeviceAbout),
	/** When somebody last asked it to lock. */
	lockAskedAt: z.nullable(Millis),
	/** When its browser said that everything there is destroyed. */
	wipedAt: z.nullable(Millis),
	/** Set where the person had lost all other devices, and got back in by this one at `createdAt`. */
	recoveredBy: z.nullable(RecoveredBy),
	/** Whether ten wrong PINs have destroyed what its PIN opened. */
	isOutOfTries: z.boolean()
});
export type Device = z.infer<typeof Device>;

export const ListDevicesInput = z.object({ person: z.optional(Id) });
export const RenameDeviceInput = z.object({ id: Id, name: line(60) });
export const RevokeDeviceInput = z.object({ id: Id });
export const LockDeviceInput = z.object({ id: Id });

/** All devices of the authority, a page after the other in the order of their ids. */
export const AllDevicesInput = z.object({ after: z.optional(Id) });
export interface DevicePage {
	devices: Device[];
	/** Where the next page begins; null after the last. */
	next: string | null;
}

/** What the caller's device is asked to do. One that was revoked is told `device_revoked` instead. */
export interface DeviceOrders {
	/** Milliseconds since somebody asked it to lock; null where nobody did. Elapsed time, as no clock of a device can be trusted to be right. */
	lockAskedAgo: number | null;
}

/** A serialised MLS KeyPackage (RFC 9420 §10). */
const KeyPackage = bytes(8192);
/** Key packages that a device keeps in store on the server, beside one of last resort. */
export const KEY_PACKAGES_IN_STORE = 20;
export const PublishKeyPackagesInput = z.object({
	packages: z.array(KeyPackage).check(z.maxLength(100)),
	/** Handed out again and again when the others are used up. */
	lastResort: z.optional(KeyPackage)
});
/** One key package for each active device of these people (the caller's own device excepted); each is handed out once. */
export const ClaimKeyPackagesInput = z.object({
	people: z.array(Id).check(z.minLength(1), z.maxLength(500))
});
export interface ClaimedKeyPackage {
	person: string;
	device: string;
	keyPackage: string;
}
