/** A person's device lets a terminal in for one visit, whose code was scanned or typed there. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { TerminalPlate } from '#shared/contract/terminals.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { CODE_SYMBOLS, isOfferedAs, readOfferCode } from '#core/protocol/terminal/offer.ts';
import { sealTerminalGrant } from '#core/protocol/terminal/terminal-grant.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { noteLetIn } from '#core/sync/account/let-in-fact.ts';
import type { SyncContext } from '#core/sync/context.ts';
import { certifyVisitor, visitContents } from './visit-contents.ts';

interface Offer {
	code: string;
	terminal: TerminalPlate;
	sealingKey: Uint8Array;
	signatureKey: Uint8Array;
}

/** What the server says of a terminal, checked against what was read from its screen. Throws `terminal_code_unknown`. */
export async function findOffer({ server }: SyncContext, text: string): Promise<Offer> {
	const read = readOfferCode(text.slice(text.lastIndexOf('#') + 1));
	if (read === null) throw new DienstwegError('terminal_code_unknown');
	const code = read.slice(0, CODE_SYMBOLS);
	const found = await server.call(({ terminals }) => terminals.find({ code }));
	const sealingKey = fromBase64url(found.sealingKey);
	const signatureKey = fromBase64url(found.signatureKey);
	if (!isOfferedAs(read, { sealingKey, signatureKey }))
		throw new DienstwegError('terminal_code_unknown');
	return { code, terminal: found.terminal, sealingKey, signatureKey };
}

/** Rejects with `terminal_code_unknown`, and with `unavailable` before the account's keys have come. */
export async function grantVisit(
	context: SyncContext,
	account: AccountFact,
	text: string
): Promise<void> {
	const { code, sealingKey, signatureKey } = await findOffer(context, text);
	const contents = await visitContents(context, account);
	const visitor = await certifyVisitor(context, account, signatureKey);
	const token = randomBytes(32);
	const sealed = await sealTerminalGrant(sealingKey, code, {
		...contents,
		...visitor,
		token: toBase64url(token)
	});
	await noteLetIn(context.store, visitor.device);
	const tokenHash = toBase64url(sha256(token));
	await context.server.call(({ terminals }) =>
		terminals.grant({ code, tokenHash, sealed: toBase64url(sealed) })
	);
}
