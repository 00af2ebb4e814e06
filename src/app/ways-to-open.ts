/** What this device and the authority allow to open a container with. Loads what that takes only when it is asked. */
import type { Container } from '#core/engine/container.ts';
import { USUAL_PIN_RULES, type PinRules } from '#shared/domain/pin.ts';

export const passkeys = () => import('#platform/passkey.ts');

export async function passkeyState(): ReturnType<Container['passkey']> {
	const { readVaultStatus } = await import('#platform/vault/vault-status.ts');
	const status = await readVaultStatus();
	if (status.stage === 'finished' && status.lock.passkey) return 'present';
	return (await (await passkeys()).canUsePasskey()) ? 'possible' : 'unsupported';
}

export async function pinRules(): Promise<PinRules> {
	const { askPinRules } = await import('#platform/pin-rules.ts');
	return askPinRules().catch(() => USUAL_PIN_RULES);
}
