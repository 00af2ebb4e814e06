/** Work that is done at intervals. Each run is short; one that fails is logged and tried again next time. */
import type { Database } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';

export interface Job {
	name: string;
	everyMillis: number;
	run(context: { database: Database; clock: Clock }): Promise<void>;
}
