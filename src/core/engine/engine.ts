/**
 * The headless client: opens the store of an account, keeps it in step with the server, and answers views
 * and commands. Runs in a worker of the browser and under Node alike. Owns the lifetime of keys in memory;
 * knows no screen, no DOM, no global network or database.
 */
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { wipe } from '#core/crypto/bytes.ts';
import type { AccountGrant } from '#core/protocol/account/account-grant.ts';
import { openStore } from '#core/store/database.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { DeviceDescription, EngineLink, InvitationInput } from './api.ts';
import { conversationCommands } from './commands.ts';
import { composeSync } from './composition.ts';
import { LinkingHost } from './linking-commands.ts';
import { joinDevice } from './enrolment.ts';
import { enterDevice } from './entering.ts';
import { tokenOf } from './invitation-secrets.ts';
import type { EngineOptions } from './options.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { safetyCommands } from './safety-commands.ts';
import { serviceCommands } from './service-commands.ts';
import { terminalCommands } from './terminal-commands.ts';
import { TerminalPin } from './terminal-pin.ts';
import type { Present } from './view-definition.ts';
import { watchView } from './watching.ts';

export interface Engine extends EngineLink {
	/** Ends everything and zero-fills the keys; nothing can be asked for afterwards. */
	close(): Promise<void>;
}

async function readAccount(store: Awaited<ReturnType<typeof openStore>>): Promise<AccountFact> {
	const fact = await store.read.facts.get('account');
	if (fact?.name !== 'account' || !fact.device) throw new DienstwegError('not_found');
	return fact;
}

/** Opens an account that was enrolled here. Rejects with `not_found` when there is none. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
	const key = options.key.slice();
	const store = await openStore({ databases: options.databases, name: options.name, key });
	let account: AccountFact;
	try {
		account = await readAccount(store);
	} catch (error) {
		store.close();
		wipe(key);
		throw error;
	}
	const sync = await composeSync(options, store, account);
	const { memory, directory } = sync.context;
	const linking = new LinkingHost(sync, { account, origin: options.origin });
	const pin = new TerminalPin(sync.context, account);
	const commands = {
		...conversationCommands(sync),
		...linking.commands,
		...safetyCommands(sync, account, options.origin),
		...recoveryCommands(sync, { account, origin: options.origin }),
		...serviceCommands(sync, options.origin),
		...terminalCommands(sync, { account, origin: options.origin, pin })
	};
	const present: Present = {
		account,
		directory,
		memory,
		me: account.person,
		find: (person) => directory.find(person),
		typingIn: (conversation) => memory.typingIn(conversation)
	};
	const watching = new Set<() => void>();
	let closed = false;
	sync.open();
	pin.start();

	return {
		async call(name, input) {
			if (closed) throw new DienstwegError('locked');
			const command = commands[name] as (given: typeof input) => Promise<never>;
			return command(input);
		},
		watch(name, input, onValue) {
			if (closed) return () => undefined;
			const end = watchView({ store, present }, { name, input }, onValue);
			const stop = (): void => {
				watching.delete(stop);
				end();
			};
			watching.add(stop);
			return stop;
		},
		async close() {
			if (closed) return;
			closed = true;
			for (const stop of [...watching]) stop();
			linking.close();
			await sync.close();
			await pin.close();
			memory.close();
			sync.context.groups.close();
			sync.context.epochKeys.close();
			sync.context.account.close();
			store.close();
			wipe(key, account.signature.secretKey);
			if (account.identity.secretKey) wipe(account.identity.secretKey);
		}
	};
}

/** What an invitation says; rejects with an `invitation_*` code. */
export const peekInvitation = async (
	transport: Transport,
	secret: string
): Promise<InvitationPreview> => transport.enrolment.peek({ token: tokenOf(secret) });

/** Joins from a link and opens. Rejects with an `invitation_*` code or `offline`; may then be called again. */
export async function enrolDevice(options: EngineOptions & InvitationInput): Promise<Engine> {
	await joinDevice(options);
	return openEngine(options);
}

/** Comes in with an account that was received, and opens. Rejects as `enterDevice` does; may then be called again. */
export async function enterAccount(
	options: EngineOptions & { grant: AccountGrant; device: DeviceDescription }
): Promise<Engine> {
	await enterDevice(options);
	return openEngine(options);
}
