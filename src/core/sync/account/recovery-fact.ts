/** What this device knows of ways back in for the person. Owns that no change of it loses another one. */
import type { RecoveryFact } from '#core/store/account-records.ts';
import type { ReadStore, Store } from '#core/store/database.ts';

export const NO_RECOVERY: RecoveryFact = {
	name: 'recovery',
	codeNumber: 0,
	code: null,
	keyNumber: 0,
	custodians: null
};

export const readRecovery = async ({
	facts
}: Pick<ReadStore, 'facts'>): Promise<RecoveryFact | null> => {
	const fact = await facts.get('recovery');
	return fact?.name === 'recovery' ? fact : null;
};

export const changeRecovery = (
	store: Store,
	change: (known: RecoveryFact) => Partial<RecoveryFact>
): Promise<void> =>
	store.write(['facts'], async ({ facts }) => {
		const known = await facts.get('recovery');
		const fact = known?.name === 'recovery' ? known : NO_RECOVERY;
		await facts.put({ ...fact, ...change(fact) });
	});
