/**
 * The one kind of procedure that there is: it looks itself up in the access table, pays its call, checks who
 * calls, and turns every error into one of the shared codes.
 */
import { initTRPC } from '@trpc/server';
import { DienstwegError } from '#shared/contract/errors.ts';
import { accessOf, type Who } from './access.ts';
import type { Context } from './context.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { fromFault, shapeOf, toTrpcError } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

const t = initTRPC.context<Context>().create({
	isDev: false,
	errorFormatter: ({ error }) => shapeOf(error)
});

/** Checks what can be known without the input. Returns the caller, if one is signed in. */
const admit = (who: Who, context: Context): Caller | undefined => {
	if (!context.current) throw new DienstwegError('outdated');
	const { session } = context;
	if (who === 'anyone') return session.kind === 'open' ? session.caller : undefined;
	if (session.kind === 'revoked') {
		const { isOutOfTries } = session;
		throw new DienstwegError('device_revoked', isOutOfTries ? { isOutOfTries } : {});
	}
	if (session.kind === 'none') throw new DienstwegError('unauthenticated');
	if ((who === 'account device' || who === 'admin') && session.caller.kind === 'terminal') {
		throw new DienstwegError('forbidden');
	}
	if (who === 'admin' && session.caller.role !== 'admin') throw new DienstwegError('forbidden');
	return session.caller;
};

export interface ProcedureOptions {
	limiter: RateLimiter;
	/** Told about faults: errors that no rule foresees. Gets the procedure's path, never its input. */
	onFault(path: string, cause: unknown): void;
}

/** Builds the procedures that the routers are made of. */
export const createProcedures = ({ limiter, onFault }: ProcedureOptions) => {
	const guarded = t.procedure.use(async ({ ctx, path, next }) => {
		const result = await (async () => {
			const access = accessOf(path);
			if (!access) throw toTrpcError(new DienstwegError('forbidden'));
			const caller = ctx.session.kind === 'open' ? ctx.session.caller : undefined;
			const payer =
				caller && access.who !== 'anyone' ? `device ${caller.device}` : `address ${ctx.address}`;
			const wait = limiter.take(access.rate, payer);
			if (wait > 0) throw new DienstwegError('rate_limited', { retryAfter: wait });
			return next({ ctx: { caller: admit(access.who, ctx) } });
		})().catch((error: unknown) => {
			if (!(error instanceof DienstwegError)) throw error;
			return { ok: false as const, error: toTrpcError(error) };
		});
		if (result.ok) return result;
		const { error } = result;
		const expected = error.cause instanceof DienstwegError ? error.cause : undefined;
		const known =
			expected ?? (error.code === 'INTERNAL_SERVER_ERROR' ? fromFault(error.cause) : null);
		if (known && !expected) onFault(path, error.cause);
		if (known?.detail.retryAfter !== undefined) ctx.setRetryAfter(known.detail.retryAfter);
		if (known) throw toTrpcError(known);
		throw error;
	});

	return {
		router: t.router,
		/** Anyone, per table; `caller` where somebody is signed in. */
		open: guarded,
		/** A signed-in device, per table. */
		signedIn: guarded.use(({ ctx, next }) => {
			if (!ctx.caller) throw toTrpcError(new DienstwegError('unauthenticated'));
			return next({ ctx: { caller: ctx.caller } });
		})
	};
};

export type Procedures = ReturnType<typeof createProcedures>;
