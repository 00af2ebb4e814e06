/** Procedures for getting back in without any device. */
import {
	ApproveRecoveryInput,
	AwaitRecoveryInput,
	FinishRecoveryInput,
	OpenCodeInput,
	PresentRecoveryInput,
	RequestInput,
	SetCustodiansInput,
	StartRecoveryInput,
	StoreCodeInput
} from '#shared/contract/recovery.ts';
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
		openCode: open.input(OpenCodeInput).mutation(({ input }) => service.codes.open(input)),

		setCustodians: signedIn
			.input(SetCustodiansInput)
			.mutation(({ input, ctx }) => service.setCustodians(ctx.caller, input)),
		start: signedIn
			.input(StartRecoveryInput)
			.mutation(({ input, ctx }) => service.requests.start(ctx.caller, input)),
		requests: signedIn.query(({ ctx }) => service.listRequests(ctx.caller)),
		cancel: signedIn
			.input(RequestInput)
			.mutation(({ input, ctx }) => service.requests.cancel(ctx.caller, input.id)),
		refuse: signedIn
			.input(RequestInput)
			.mutation(({ input, ctx }) => service.requests.refuse(ctx.caller, input.id)),
		approve: signedIn
			.input(ApproveRecoveryInput)
			.mutation(({ input, ctx }) => service.approve(ctx.caller, input)),
		present: open
			.input(PresentRecoveryInput)
			.mutation(({ input }) => service.requests.present(input)),
		awaited: open.input(AwaitRecoveryInput).query(({ input }) => service.requests.awaited(input)),
		finish: open.input(FinishRecoveryInput).mutation(({ input }) => service.requests.finish(input))
	});
