/**
 * Destroys everything that this origin keeps in this browser. The wrapped key goes first, overwritten where
 * it lies: without it the rest is noise, even if the browser is killed halfway. Runs in a tab.
 */
import { runVault } from './vault/run-vault.ts';

const DESTROY_LOCK = 'dienstweg-destroy';
/** Milliseconds for each step that waits for others, such as a database that is still open. */
const STEP_WITHIN = 5_000;
/** Revokes this device and answers with Clear-Site-Data. */
const WIPE_PATH = '/api/wipe';

/** Never rejects: each step is tried, whatever became of the others. */
export async function destroyLocal(): Promise<void> {
	await navigator.locks.request(DESTROY_LOCK, async () => {
		const steps = [
			() => runVault({ do: 'destroy' }),
			dropPush,
			deleteDatabases,
			deleteCaches,
			clearWebStorage,
			() => fetch(WIPE_PATH, { method: 'POST', signal: AbortSignal.timeout(STEP_WITHIN) })
		];
		for (const step of steps) await attempt(step);
	});
}

async function attempt(step: () => Promise<unknown>): Promise<void> {
	const patience = new Promise((resolve) => setTimeout(resolve, STEP_WITHIN));
	await Promise.race([step().catch(() => undefined), patience]);
}

async function dropPush(): Promise<void> {
	for (const registration of await navigator.serviceWorker.getRegistrations()) {
		for (const notification of await registration.getNotifications()) notification.close();
		await (await registration.pushManager?.getSubscription())?.unsubscribe();
		await registration.unregister();
	}
}

async function deleteDatabases(): Promise<void> {
	const databases = await indexedDB.databases();
	await Promise.all(
		databases.map(
			({ name }) =>
				new Promise<void>((resolve) => {
					const request = indexedDB.deleteDatabase(name ?? '');
					request.onsuccess = request.onerror = () => resolve();
				})
		)
	);
}

async function deleteCaches(): Promise<void> {
	for (const name of await caches.keys()) await caches.delete(name);
}

function clearWebStorage(): Promise<void> {
	localStorage.clear();
	sessionStorage.clear();
	return Promise.resolve();
}
