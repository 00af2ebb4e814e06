/** Tells the server once what this browser is, as its owner and IT see it in the list of devices. */
import type { EngineLink } from '#core/engine/api.ts';
import { browserOf } from '#features/enrolment/device-description.ts';
import { install } from '#features/enrolment/install.svelte.ts';

/** As soon as there is a network. Returns what ends it. */
export function keepDescribed(engine: EngineLink): () => void {
	let isTold = false;
	return engine.watch('status', undefined, ({ connection }) => {
		if (isTold || (connection !== 'online' && connection !== 'delayed')) return;
		isTold = true;
		engine
			.call('describeDevice', {
				browser: browserOf(navigator.userAgent),
				installed: install.way === 'installed',
				unlocks: ['pin']
			})
			// The next start tells it.
			.catch(() => undefined);
	});
}
