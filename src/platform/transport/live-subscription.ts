/**
 * Keeps one `live.events` subscription open: a fresh socket per attempt, growing jittered pauses between
 * attempts. Owns whether we are online; must never interpret events.
 */
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import type { TRPCClientError } from '@trpc/client';
import type { Transport } from '#core/sync/transport.ts';
import type { AppRouter } from '#server/entry/root-router.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { mapError } from './map-error.ts';
import { watchPulse } from './pulse.ts';
import type { PulseHandlers } from './pulse.ts';

const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;
/** An attempt that has not led to an event by then counts as failed. */
const OPENING_MILLIS = 20_000;
/** After this long without a connection we say that there is none, while the attempt goes on. */
const PATIENCE_MILLIS = 8_000;
/** Longer than any process lives with it: tRPC's own reconnecting is replaced by ours. */
const NEVER_MILLIS = 2 ** 31 - 1;
/** After these the caller must act before another attempt makes sense. */
const FINAL = new Set(['unauthenticated', 'device_revoked', 'outdated']);

type Handlers = Parameters<Transport['live']>[0];
type State = Parameters<Handlers['onState']>[0];

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

interface AttemptHandlers extends Omit<PulseHandlers, 'onGone'>, Pick<Handlers, 'onEvent'> {
	/** Called exactly once, with the error if the server named one. */
	onEnd(error: Error | null): void;
}

/** Opens a socket and subscribes; returns what ends it. */
function attempt(
	{ url, WebSocket }: LiveOptions,
	{ onEvent, onSilent, onHeard, onEnd }: AttemptHandlers
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
	class WatchedSocket extends WebSocket {
		constructor(address: string | URL) {
			super(address);
			watchPulse(this, {
				onSilent: () => ended || onSilent(),
				onHeard: () => ended || onHeard(),
				onGone: () => end(null)
			});
		}
	}
	const client = createWSClient({
		url,
		WebSocket: WatchedSocket,
		connectionParams: { protocol: String(PROTOCOL_VERSION) },
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
	let told: State | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let patience: ReturnType<typeof setTimeout> | undefined;
	let stop: (() => void) | null = null;

	const tell = (state: State): void => {
		if (state === told) return;
		told = state;
		handlers.onState(state);
	};
	const start = (): void => {
		clearTimeout(timer);
		// Who is offline stays so until there is a connection: an attempt alone is no news.
		tell(told ?? 'connecting');
		patience = setTimeout(() => tell('offline'), PATIENCE_MILLIS);
		stop = attempt(options, {
			onEvent(event) {
				if (closed) return;
				if (event.type === 'ready') {
					clearTimeout(patience);
					failures = 0;
					online = true;
					tell('online');
				}
				handlers.onEvent(event);
			},
			onSilent: () => tell('offline'),
			onHeard: () => online && tell('online'),
			onEnd(error) {
				clearTimeout(patience);
				stop = null;
				const wasOnline = online;
				online = false;
				if (closed) return;
				const code = error && 'code' in error ? String(error.code) : '';
				// A connection that broke is often back in a moment, as is a session that has ended.
				const isBrief = wasOnline || code === 'unauthenticated';
				if (told !== 'offline') tell(isBrief ? 'connecting' : 'offline');
				if (error && FINAL.has(code)) {
					closed = true;
					handlers.onError(error);
					return;
				}
				timer = setTimeout(start, pauseMillis(failures++, random));
			}
		});
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
			if (closed || told === 'online') return;
			// An attempt that was begun without a network may hang: it ends, which sets the timer for the next.
			stop?.();
			start();
		}
	};
}
