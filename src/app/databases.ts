/** Databases of the engine in this browser, by name only: asked before its code is loaded, without any key. */

/** The one account of this container; what their names begin with. */
export const DATABASES = 'dienstweg';

const names = async (): Promise<string[]> =>
	(await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(DATABASES) ? [name] : []));

export const hasDatabases = async (): Promise<boolean> => (await names()).length > 0;

/** Throws away what was sealed under a key that nobody has any more. */
export async function discardDatabases(): Promise<void> {
	for (const name of await names())
		await new Promise((resolve) => {
			const request = indexedDB.deleteDatabase(name);
			request.onsuccess = request.onerror = resolve;
		});
}
