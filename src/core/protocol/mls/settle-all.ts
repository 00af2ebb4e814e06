/**
 * As `Promise.all`, but rejects with the first failure only when all are done: of many leaves, all that is missing is
 * known then, and is fetched at once.
 */
export async function settleAll<T>(checks: readonly Promise<T>[]): Promise<T[]> {
	const results = await Promise.allSettled(checks);
	return results.map((result) => {
		if (result.status === 'rejected') throw result.reason;
		return result.value;
	});
}
