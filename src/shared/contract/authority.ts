/** What anyone may know about the authority that runs this server. */
import * as z from 'zod/mini';

export const AuthorityInfo = z.object({
	name: z.string(),
	/** Domain in addresses (`name@domain`) and in device certificates. */
	domain: z.string(),
	/** Build that the server runs, for "an update is ready". */
	version: z.string(),
	protocol: z.int(),
	/** VAPID public key (RFC 8292), uncompressed P-256 point as base64url. */
	vapidPublicKey: z.string()
});
export type AuthorityInfo = z.infer<typeof AuthorityInfo>;
