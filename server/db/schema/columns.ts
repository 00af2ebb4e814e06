/** Column kinds that every table shares. Owns their mapping to TypeScript; must never name a table. */
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Bytes; node-postgres reads and writes them as Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** A point in time, exact to the millisecond like the wire. */
export const instant = (name: string) =>
	timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A counter below 2^53: sequence numbers, epochs. */
export const counter = (name: string) => bigint(name, { mode: 'number' });
