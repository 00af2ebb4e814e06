/** Locking is harmless: done without a question, and said. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Device } from '#shared/contract/devices.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { errorText } from '#ui/i18n/error-text.ts';
import { toasts } from '#ui/toasts.svelte.ts';

/** Never rejects: what went wrong is shown. */
export async function lockAndTell(engine: EngineLink, { id }: Device): Promise<void> {
	try {
		await engine.call('lockDevice', { id });
		toasts.show(m.devices_lock_asked());
	} catch (error) {
		toasts.show(errorText(error), { tone: 'danger' });
	}
}
