/** A person without any device comes with the recovery code: what it opens goes on as an account that was received. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import type { AccountGrant } from '#core/protocol/account/account-grant.ts';
import { openCodeCopy } from '#core/protocol/recovery/code-copy.ts';
import {
	hashOfToken,
	readRecoveryCode,
	recoveryTokenOf
} from '#core/protocol/recovery/recovery-code.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { Transport } from '#core/sync/transport.ts';

const TOKEN_BYTES = 32;

/**
 * The caller wipes the grant. Rejects with `recovery_mistyped` before anything is asked, and with `recovery_unknown` for
 * a code that opens nothing, also where the server hands out something else than what the code was made for.
 */
export async function openRecoveryCode(transport: Transport, text: string): Promise<AccountGrant> {
	const { secret } = readRecoveryCode(text);
	if (secret === null) throw new DienstwegError('recovery_mistyped');
	const token = randomBytes(TOKEN_BYTES);
	const opened = await transport.recovery.openCode({
		token: toBase64url(recoveryTokenOf(secret)),
		permitHash: hashOfToken(token)
	});
	try {
		const { person, authority, identity, backupKey } = await openCodeCopy(secret, {
			id: opened.id,
			generation: opened.generation,
			body: fromBase64url(opened.body),
			signature: fromBase64url(opened.signature),
			binding: fromBase64url(opened.binding)
		});
		return { person, authority, identity, generations: [backupKey], token };
	} catch (cause) {
		if (!(cause instanceof ProtocolError || cause instanceof RangeError)) throw cause;
		throw new DienstwegError('recovery_unknown', {}, { cause });
	}
}
