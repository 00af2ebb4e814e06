/** The one subscription: everything that happens, for this device. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { LiveEvent } from '#shared/contract/live.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { LiveHub } from './hub.ts';

export interface LiveOptions {
	hub: LiveHub;
	/** Looks the session up anew; rejects when it is over. */
	recheck(caller: Caller): Promise<void>;
}

const aborted = (signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});

export const createLiveRouter = ({ router, signedIn }: Procedures, { hub, recheck }: LiveOptions) =>
	router({
		/** Yields nothing itself: the hub writes the events, `ready` first, past the generator. */
		events: signedIn.subscription(async function* ({
			ctx,
			signal
		}): AsyncGenerator<LiveEvent, void> {
			const id = ctx.connection?.takeRequest();
			if (!ctx.connection || id === undefined || !signal) throw new DienstwegError('bad_request');
			const detach = hub.attach(ctx.connection, id, ctx.caller);
			try {
				// A session that ended between the upgrade and now would have missed the hub's notice.
				await recheck(ctx.caller);
				await aborted(signal);
			} finally {
				detach();
			}
			yield* [];
		})
	});
