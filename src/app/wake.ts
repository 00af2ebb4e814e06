/** Wakes what waits for the network: when the browser has one again, and when somebody comes back to this tab. */
import type { EngineLink } from '#core/engine/api.ts';

/** Returns what ends it. */
export function keepAwake(engine: EngineLink): () => void {
	const wake = (): void => {
		if (document.visibilityState === 'visible')
			engine.call('wake', undefined).catch(() => undefined);
	};
	addEventListener('online', wake);
	document.addEventListener('visibilitychange', wake);
	return () => {
		removeEventListener('online', wake);
		document.removeEventListener('visibilitychange', wake);
	};
}
