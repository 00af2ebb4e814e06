/** Procedures by which one more device of a person comes in. */
import { EnterInput, PermitInput } from '#shared/contract/entering.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { EnteringService } from './service.ts';

export const createEnteringRouter = (
	{ router, open, signedIn }: Procedures,
	service: EnteringService
) =>
	router({
		permit: signedIn
			.input(PermitInput)
			.mutation(({ input, ctx }) => service.permit(ctx.caller, input)),
		enter: open.input(EnterInput).mutation(async ({ input, ctx }) => {
			const { me, token } = await service.enter(input);
			ctx.setSessionCookie(token, input.device.kind);
			return me;
		})
	});
