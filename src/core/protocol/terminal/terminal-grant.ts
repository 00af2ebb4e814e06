/**
 * What a person's device gives to a terminal for one visit: the certificate of its device key, keys of the epochs of
 * the last days, whom the person's device relies on, and the token of a permit. No secret of the person's account is
 * among it: whoever has it can read what was given, and nothing else.
 */
import * as z from 'zod/mini';
import { concatBytes, fromUtf8, utf8, wipe } from '#core/crypto/bytes.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { importX25519Private, importX25519Public } from '#core/crypto/x25519.ts';
import { bytes, Epoch, exactBytes, Id, Seq } from '#shared/contract/primitives.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';

const LABEL = utf8('dienstweg/terminal-grant/v1');
const ENC_BYTES = 32;
const MOST = 20_000;

/** What does not depend on the terminal. */
export const VisitContents = z.object({
	person: Id,
	/** Domain. */
	authority: z.string().check(z.maxLength(255)),
	identityKey: exactBytes(32),
	/** To which unsent text is sealed; known to nobody but the person's devices and this terminal. */
	drafts: z.object({ generation: z.int().check(z.minimum(1)), publicKey: exactBytes(32) }),
	/** Pinned identity keys of those whom the person writes with. */
	people: z.array(z.object({ id: Id, key: exactBytes(32) })).check(z.maxLength(MOST)),
	conversations: z
		.array(
			z.object({
				id: Id,
				/** Null for a direct chat. `seq`: the log entry that set it. */
				title: z.nullable(z.object({ text: z.string(), seq: Seq })),
				keys: z
					.array(z.object({ epoch: Epoch, kid: exactBytes(16), key: exactBytes(32) }))
					.check(z.maxLength(MOST))
			})
		)
		.check(z.maxLength(MOST))
});
export type VisitContents = z.infer<typeof VisitContents>;

const TerminalGrant = z.extend(VisitContents, {
	device: Id,
	certificate: bytes(2048),
	/** Of the permit. */
	token: exactBytes(32)
});
export type TerminalGrant = z.infer<typeof TerminalGrant>;

/** enc ‖ ciphertext. `code` binds it to the offer; throws `malformed` for a key that nothing can be sealed to. */
export async function sealTerminalGrant(
	publicKey: Uint8Array,
	code: string,
	grant: TerminalGrant
): Promise<Uint8Array> {
	const plaintext = utf8(JSON.stringify(grant));
	try {
		const to = await importX25519Public(publicKey);
		const { enc, ct } = await hpkeSeal(to, LABEL, { aad: utf8(code), plaintext });
		return concatBytes(enc, ct);
	} catch (cause) {
		throw new ProtocolError('malformed', 'key of a terminal', { cause });
	} finally {
		wipe(plaintext);
	}
}

/** Throws `forged` when anything doesn't fit, `malformed` for what no device of ours makes. */
export async function openTerminalGrant(
	secretKey: Uint8Array,
	code: string,
	sealed: Uint8Array
): Promise<TerminalGrant> {
	let plaintext: Uint8Array;
	try {
		plaintext = await hpkeOpen(await importX25519Private(secretKey), LABEL, {
			aad: utf8(code),
			sealed: { enc: sealed.slice(0, ENC_BYTES), ct: sealed.slice(ENC_BYTES) }
		});
	} catch (cause) {
		throw new ProtocolError('forged', 'grant for a terminal', { cause });
	}
	const parsed = TerminalGrant.safeParse(JSON.parse(fromUtf8(plaintext)));
	wipe(plaintext);
	requireThat(parsed.success, 'grant for a terminal', 'malformed');
	return parsed.data;
}
