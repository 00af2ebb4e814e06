/** Commands around shared terminals: IT keeps them, people sign in there and out again. */
import { toBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { Commands } from './api.ts';
import { findOffer, grantVisit } from './terminal-granting.ts';
import type { TerminalPin } from './terminal-pin.ts';

const TOKEN_BYTES = 32;

export type TerminalCommands = {
	[
		Each in
			| 'listTerminals'
			| 'registerTerminal'
			| 'updateTerminal'
			| 'endTerminal'
			| 'removeTerminal'
			| 'findTerminal'
			| 'signInAtTerminal'
			| 'listVisits'
			| 'endVisit'
			| 'leaveTerminal'
			| 'terminalPin'
			| 'setTerminalPin'
			| 'endTerminalPin'
	]: (input: Commands[Each]['input']) => Promise<Commands[Each]['output']>;
};

export function terminalCommands(
	sync: Sync,
	{ account, origin, pin }: { account: AccountFact; origin: string; pin: TerminalPin }
): TerminalCommands {
	const { context } = sync;
	const { server } = context;
	return {
		listTerminals: () => server.call(({ terminals }) => terminals.list()),
		async registerTerminal(input) {
			const token = randomBytes(TOKEN_BYTES);
			const tokenHash = toBase64url(sha256(token));
			const id = uuidV4();
			await server.call(({ terminals }) => terminals.register({ ...input, id, tokenHash }));
			return { link: `${origin}/terminal#${toBase64url(token)}` };
		},
		updateTerminal: (input) => server.call(({ terminals }) => terminals.update(input)),
		endTerminal: (input) => server.call(({ terminals }) => terminals.end(input)),
		removeTerminal: (input) => server.call(({ terminals }) => terminals.remove(input)),

		async findTerminal({ code }) {
			return (await findOffer(context, code)).terminal;
		},
		signInAtTerminal: ({ code }) => grantVisit(context, account, code),
		listVisits: () => server.call(({ terminals }) => terminals.mine()),
		endVisit: ({ device }) => server.call(({ devices }) => devices.revoke({ id: device })),
		async leaveTerminal() {
			await sync.ownDevices.leftDrafts.flush();
			await server.call(({ terminals }) => terminals.leave());
		},
		terminalPin: () => pin.state(),
		setTerminalPin: (input) => pin.set(input.pin),
		endTerminalPin: () => pin.end()
	};
}
