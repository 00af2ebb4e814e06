/**
 * Keeps one `live.events` subscription open: a fresh socket per attempt, growing jittered pauses between
 * attempts, pings that notice a dead socket. Must never interpret events.
 */
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import type { TRPCClientError } from '@trpc/client';
import type { Transport } from '#core/sync/transport.ts';
import type { AppRouter } from '#server/entry/root-router.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { mapError } from './map-error.ts';

const PING_MILLIS = 15_000;
const PONG_MILLIS = 8_000;
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;
/** An attempt that has not led to an event by then counts as failed. */
const OPENING_MILLIS = 20_000;
/** Longer than any process lives with it: tRPC's own reconnecting is replaced by ours. */
const NEVER_MILLIS = 2 ** 31 - 1;
/** After these the caller must act before another attempt makes sense. */
const FINAL = new Set(['unauthenticated', 'device_revoked', 'outdated']);

type Handlers = Parameters<Transport['live']>[0];

export interface LiveOptions {
	url: string;
	WebSocket: typeof WebSocket;
	/** 0 to 1; injected so that tests can do without chance. */
	random?: () => number;
}

/** Full jitter between half and all of a pause that doubles with each failed attempt. */
export function pauseMillis(failures: number, random: () => number): number {
	const full = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** Math.min(failures, 10));
	return Math.round(full * (0.5 + random() / 2));
}

/** Opens a socket and subscribes; `onEnd` is called exactly once, with the error if the server named one. */
function attempt(
	{ url, WebSocket }: LiveOptions,
	onEvent: Handlers['onEvent'],
	onEnd: (error: Error | null) => void
): () => void {
	let ended = false;
	const end = (error: Error | null): void => {
		if (ended) return;
		ended = true;
		clearTimeout(opening);
		client.close().catch(() => undefined);
		onEnd(error);
	};
	const opening = setTimeout(() => end(null), OPENING_MILLIS);
	const client = createWSClient({
		url,
		WebSocket,
		connectionParams: { protocol: String(PROTOCOL_VERSION) },
		keepAlive: { enabled: true, intervalMs: PING_MILLIS, pongTimeoutMs: PONG_MILLIS },
		retryDelayMs: () => NEVER_MILLIS,
		onClose: () => end(null),
		onError: () => end(null)
	});
	const trpc = createTRPCClient<AppRouter>({ links: [wsLink<AppRouter>({ client })] });
	trpc.live.events.subscribe(undefined, {
		onData: (event) => {
			clearTimeout(opening);
			if (!ended) onEvent(event);
		},
		onError: (error) => {
			const data: unknown = (error as TRPCClientError<AppRouter>).data;
			end(data ? mapError(error) : null);
		},
		onComplete: () => end(null)
	});
	return () => end(null);
}

/** See `Transport.live`. */
export function subscribeLive(
	options: LiveOptions,
	handlers: Handlers
): ReturnType<Transport['live']> {
	const random = options.random ?? Math.random;
	let closed = false;
	let failures = 0;
	let online = false;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let stop: (() => void) | null = null;

	const start = (): void => {
		clearTimeout(timer);
		handlers.onState('connecting');
		stop = attempt(
			options,
			(event) => {
				if (closed) return;
				if (event.type === 'ready') {
					failures = 0;
					online = true;
					handlers.onState('online');
				}
				handlers.onEvent(event);
			},
			(error) => {
				stop = null;
				online = false;
				if (closed) return;
				handlers.onState('offline');
				if (error && 'code' in error && FINAL.has(String(error.code))) {
					closed = true;
					handlers.onError(error);
					return;
				}
				timer = setTimeout(start, pauseMillis(failures++, random));
			}
		);
	};
	start();

	return {
		close() {
			closed = true;
			clearTimeout(timer);
			stop?.();
		},
		retry() {
			failures = 0;
			if (closed || online) return;
			// An attempt that was begun without a network may hang: it ends, which sets the timer for the next.
			stop?.();
			start();
		}
	};
}
