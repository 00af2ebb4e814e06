/** What the server stands on, made once at the start, and what the API gives in return. No behaviour here. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '#server/config/config.ts';
import type { Database } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Log } from '#server/kernel/log.ts';
import type { ServerKeys } from '#server/kernel/server-keys.ts';

export interface Foundation {
	readonly config: Config;
	readonly clock: Clock;
	readonly log: Log;
	readonly database: Database;
	readonly keys: ServerKeys;
	/** Names the client's build that is served, for `authority.info`. */
	readonly version: string;
}

/** Who called, as far as the connection tells. */
export interface RequestOrigin {
	/** Names the request in logs and in the header `x-request-id`. */
	readonly id: string;
	/** The client's address, for rate limits: behind trusted proxies, what they say. */
	readonly address: string;
}

/** The API: everything under `/api`. */
export interface Api {
	/** Answers a request to `/api/…`. Rejects only for faults, which are answered with 500. */
	handle(request: IncomingMessage, response: ServerResponse, origin: RequestOrigin): Promise<void>;
	/** Takes over the socket of an upgrade to `/api/live`. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, origin: RequestOrigin): void;
	/** The link for the first administrator while nobody has joined, then null. */
	firstAdministratorLink(): Promise<string | null>;
	/** Ends live connections and jobs; requests that are under way are awaited by the caller. */
	close(): Promise<void>;
}
