/** What it takes to open an engine; everything of the platform comes in here. Types only. */
import type { Databases } from '#core/store/database.ts';
import type { Timing } from '#core/sync/pause.ts';
import type { Transport } from '#core/sync/transport.ts';

export interface EngineOptions {
	transport: Transport;
	/** Where the server is opened in browsers: begins enrolment links. */
	origin: string;
	databases: Databases;
	/** Of the database: one for each account in this browser or process. */
	name: string;
	/** 32-byte data key. Copied; the caller wipes its own. */
	key: Uint8Array;
	clock?: { now(): number };
	/** 0 to 1; Math.random when absent. */
	random?: () => number;
	/** Intervals that differ from the usual ones: for tests. */
	timing?: Partial<Timing>;
}
