/** Procedures for getting back in without any device. */
import { OpenCodeInput, StoreCodeInput } from '#shared/contract/recovery.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { RecoveryService } from './service.ts';

export const createRecoveryRouter = (
	{ router, open, signedIn }: Procedures,
	service: RecoveryService
) =>
	router({
		recipients: signedIn.query(({ ctx }) => service.recipients(ctx.caller)),
		storeCode: signedIn
			.input(StoreCodeInput)
			.mutation(({ input, ctx }) => service.codes.store(ctx.caller, input)),
		openCode: open.input(OpenCodeInput).mutation(({ input }) => service.codes.open(input))
	});
