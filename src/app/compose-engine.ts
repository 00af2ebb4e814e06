/** Engine and transport, composed for the browser's worker. Loaded when a container is joined, opened or wiped. */
import type { EnrolInput, LinkingState, LinkingStep, RecoveryStep } from '#core/engine/api.ts';
import { enrolDevice, enterAccount, openEngine, peekInvitation } from '#core/engine/engine.ts';
import { NewDeviceLinking } from '#core/engine/new-device-linking.ts';
import { ReceivedAccount } from '#core/engine/received-account.ts';
import { Recovering } from '#core/engine/recovering.ts';
import { createTransport } from '#platform/transport/trpc-transport.ts';
import type { Engine } from '#core/engine/engine.ts';
import { DATABASES } from './databases.ts';

const transport = createTransport({
	origin: location.origin,
	fetch: (input, init) => fetch(input, init),
	WebSocket
});

const options = (key: Uint8Array) => ({
	transport,
	origin: location.origin,
	databases: { indexedDB, IDBKeyRange },
	name: DATABASES,
	key
});

export const peek = (secret: string) => peekInvitation(transport, secret);

export const open = (key: Uint8Array): Promise<Engine> => openEngine(options(key));

/** An account that came in by linking or recovery, until `enrol` has put it into a container. */
const received = new ReceivedAccount();

export async function enrol(input: EnrolInput, key: Uint8Array): Promise<Engine> {
	if (input.way === 'invitation') return enrolDevice({ ...options(key), ...input });
	const { device } = input;
	const engine = await enterAccount({ ...options(key), grant: received.require(), device });
	received.forget();
	return engine;
}

const recovering = new Recovering(transport, received);
export const recover = (step: RecoveryStep) => recovering.take(step);

let linking: NewDeviceLinking | undefined;

/** What the first call watches with is told from then on. */
export function link(step: LinkingStep, onState: (state: LinkingState) => void): void {
	linking ??= new NewDeviceLinking({ transport, origin: location.origin, received, onState });
	linking.take(step);
}
