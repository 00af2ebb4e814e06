/** Signing in and out. */
import { ChallengeInput, SignInInput } from '#shared/contract/session.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { SessionService } from './service.ts';

export const createSessionRouter = ({ router, open }: Procedures, service: SessionService) =>
	router({
		challenge: open.input(ChallengeInput).mutation(({ input }) => service.challenge(input.device)),

		signIn: open.input(SignInInput).mutation(async ({ input, ctx }) => {
			const { me, token } = await service.signIn(input);
			ctx.setSessionCookie(token, me.device.kind);
			return me;
		}),

		signOut: open.mutation(async ({ ctx }) => {
			if (ctx.caller) await service.signOut(ctx.caller);
			ctx.setSessionCookie(null);
		})
	});
