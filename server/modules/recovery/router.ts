/** Procedures for getting back in without any device. */
import { OpenCodeInput, StoreCodeInput } from '#shared/contract/recovery.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { RecoveryService } from './service.ts';

export const createRecoveryRouter = (
	{ router, open, signedIn }: Procedures,
	{ recipients, codes }: RecoveryService
) =>
	router({
		recipients: signedIn.query(({ ctx }) => recipients(ctx.caller)),
		storeCode: signedIn
			.input(StoreCodeInput)
			.mutation(({ input, ctx }) => codes.store(ctx.caller, input)),
		openCode: open.input(OpenCodeInput).mutation(({ input }) => codes.open(input))
	});
