/**
 * Whether anybody is still at the other end of a socket that seems open: a server may hang, a network may
 * swallow everything. Owns when to ask and how long to wait; must never close the socket.
 */

/** After this silence (ms) the other end is asked for a sign of life. */
export const ASK_MILLIS = 8_000;
/** Without any sign by then (ms) nothing gets through at the moment. */
export const SILENT_MILLIS = 6_000;
/** By then (ms) nothing will come any more. Later, so that a slow line that is full need not begin anew. */
export const GONE_MILLIS = 20_000;

export interface PulseHandlers {
	onSilent(): void;
	/** A sign after `onSilent`. */
	onHeard(): void;
	onGone(): void;
}

/** Watches from when it opens to when it closes. Whatever arrives is a sign of life, not the answer alone. */
export function watchPulse(
	socket: Pick<WebSocket, 'send' | 'addEventListener'>,
	{ onSilent, onHeard, onGone }: PulseHandlers
): void {
	let timers: ReturnType<typeof setTimeout>[] = [];
	let silent = false;

	const rest = (): void => {
		for (const timer of timers) clearTimeout(timer);
		timers = [];
	};
	const ask = (): void => {
		// What tRPC's server answers with PONG.
		socket.send('PING');
		const fallSilent = (): void => {
			silent = true;
			onSilent();
		};
		timers = [setTimeout(fallSilent, SILENT_MILLIS), setTimeout(onGone, GONE_MILLIS)];
	};
	const begin = (): void => {
		rest();
		timers = [setTimeout(ask, ASK_MILLIS)];
	};
	socket.addEventListener('open', begin);
	socket.addEventListener('message', () => {
		begin();
		if (!silent) return;
		silent = false;
		onHeard();
	});
	socket.addEventListener('close', rest);
}
