/** Shared terminals: registered by IT, offered to whoever stands before them, visited. Puts the parts together. */
import { createOffers } from './offers.ts';
import { createPins, type PinsOptions } from './pins.ts';
import { createRegistry } from './registry.ts';
import { createVisits } from './visits.ts';

export type TerminalsService = ReturnType<typeof createTerminalsService>;

export const createTerminalsService = (options: PinsOptions) => {
	const visits = createVisits(options);
	return {
		registry: createRegistry(options, visits),
		offers: createOffers(options, visits),
		pins: createPins(options),
		visits
	};
};
