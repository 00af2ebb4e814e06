/** What anyone may know about the authority that runs this server. */
import * as z from 'zod/mini';
import { Policy } from './policy.ts';

/** What stays the same while the server runs. */
export const Authority = z.object({
	name: z.string(),
	/** Domain in addresses (`name@domain`) and in device certificates. */
	domain: z.string(),
	/** Build that the server runs, for "an update is ready". */
	version: z.string(),
	protocol: z.int(),
	/** VAPID public key (RFC 8292), uncompressed P-256 point as base64url. */
	vapidPublicKey: z.string(),
	/** Ed25519, by which the heads of the log of device keys are signed. Absent where a store of part 1 kept this. */
	logKey: z.optional(z.string())
});
export type Authority = z.infer<typeof Authority>;

/** With what pages need of the policy before anybody has signed in: to join, and to unlock. */
export const AuthorityInfo = z.extend(Authority, {
	pinLength: Policy.shape.pinLength,
	offlineUnlock: Policy.shape.offlineUnlock
});
export type AuthorityInfo = z.infer<typeof AuthorityInfo>;
