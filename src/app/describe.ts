/** Tells the server once what this browser is, as its owner and IT see it in the list of devices. */
import type { EngineLink } from '#core/engine/api.ts';
import type { DeviceAbout } from '#shared/contract/devices.ts';
import { browserOf } from '#features/enrolment/device-description.ts';
import { install } from '#features/enrolment/install.svelte.ts';
import { readVaultStatus } from '#platform/vault/vault-status.ts';

/** Null while joining is not finished: what opens it is not settled yet. */
async function waysToOpen(): Promise<DeviceAbout['unlocks'] | null> {
	const status = await readVaultStatus();
	if (status.stage !== 'finished') return null;
	const { secret, passkey } = status.lock;
	const ways: DeviceAbout['unlocks'] = [secret === 'phrase' ? 'pass_phrase' : 'pin'];
	return passkey === null ? ways : [...ways, 'passkey'];
}

/** False where it is too early to tell. */
async function describe(engine: EngineLink): Promise<boolean> {
	const unlocks = await waysToOpen();
	if (unlocks === null) return false;
	await engine.call('describeDevice', {
		browser: browserOf(navigator.userAgent),
		installed: install.way === 'installed',
		unlocks
	});
	return true;
}

/** As soon as there is a network. Returns what ends it. */
export function keepDescribed(engine: EngineLink): () => void {
	let isTold = false;
	return engine.watch('status', undefined, ({ connection }) => {
		if (isTold || (connection !== 'online' && connection !== 'delayed')) return;
		isTold = true;
		describe(engine)
			.then((told) => (isTold = told))
			// The next start tells it.
			.catch(() => undefined);
	});
}
