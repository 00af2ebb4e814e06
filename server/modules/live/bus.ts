/**
 * How services tell connected devices what happened. A message is complete in itself and made of plain data,
 * so that a broker can carry it between nodes; whoever misses one catches up from the database.
 */
import type { LiveEvent } from '#shared/contract/live.ts';
import type { EventBus } from '#server/kernel/event-bus.ts';

export type Audience =
	| { kind: 'devices'; devices: readonly string[] }
	| { kind: 'person'; person: string }
	/** `and`: a person who hears of it as well, once. */
	| { kind: 'admins'; and?: string }
	| { kind: 'everyone' };

export interface LiveTopics {
	/** `payload` is the JSON of a LiveEvent, serialised once for all who get it. */
	event: { to: Audience; payload: string };
	/** A device was revoked: its sockets close. */
	revoked: { device: string };
	/** A session ended; `session` is its hash as base64url. */
	ended: { session: string };
}

export type LiveBus = EventBus<LiveTopics>;

export const publishEvent = (bus: LiveBus, to: Audience, event: LiveEvent): void =>
	bus.publish('event', { to, payload: JSON.stringify(event) });
