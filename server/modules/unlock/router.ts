/** Procedures for the server's part in opening containers. */
import {
	BindShareInput,
	ConfirmShareInput,
	EvaluateShareInput,
	RegisterShareInput,
	ReleaseShareInput
} from '#shared/contract/unlock.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { UnlockService } from './service.ts';

export const createUnlockRouter = (
	{ router, open, signedIn }: Procedures,
	service: UnlockService
) =>
	router({
		register: open.input(RegisterShareInput).mutation(({ input }) => service.register(input)),
		evaluate: open.input(EvaluateShareInput).mutation(({ input }) => service.evaluate(input)),
		confirm: open.input(ConfirmShareInput).mutation(({ input }) => service.confirm(input)),
		release: open.input(ReleaseShareInput).mutation(({ input }) => service.release(input)),
		bind: signedIn
			.input(BindShareInput)
			.mutation(({ input, ctx }) => service.bind(ctx.caller, input))
	});
