/**
 * The last step of every way back in: the account that was received gets a container. Must never keep the PIN longer than
 * the call that takes it.
 */
import type { Container } from '#core/engine/container.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { EnteringEntry, EnteringStep } from './entering-step.ts';

/** `over`: what was received is gone, and has to be received anew. */
export async function enterReceived(
	container: Pick<Container, 'enrol'>,
	{ pin, displayName, device }: EnteringEntry
): Promise<EnteringStep | { at: 'over'; error: unknown }> {
	try {
		await container.enrol({ way: 'received', device, pin });
		return { at: 'done' };
	} catch (error) {
		const isOver = error instanceof DienstwegError && error.code === 'permit_unknown';
		return isOver ? { at: 'over', error } : { at: 'pin', error, entered: { displayName, device } };
	}
}
