/** Terminals that this device has let in by the person's own hand: nobody has to be told of them once more. */
import type { ReadStore, Store } from '#core/store/database.ts';

/** More than a device lets in between two looks at the log. */
const KEPT = 50;

export const readLetIn = async ({ facts }: Pick<ReadStore, 'facts'>): Promise<string[]> => {
	const fact = await facts.get('let-in');
	return fact?.name === 'let-in' ? fact.devices : [];
};

/** To be called before anybody else can know of the device. */
export const noteLetIn = (store: Store, device: string): Promise<void> =>
	store.write(['facts'], async ({ facts }) => {
		const devices = [...(await readLetIn({ facts })), device].slice(-KEPT);
		await facts.put({ name: 'let-in', devices });
	});
