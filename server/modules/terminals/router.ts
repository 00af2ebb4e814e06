/** Procedures for shared terminals. */
import {
	AwaitTerminalInput,
	DepositDraftsInput,
	DraftsTakenInput,
	FindTerminalInput,
	GrantTerminalInput,
	OfferTerminalInput,
	RegisterTerminalInput,
	TerminalInput,
	TerminalTokenInput,
	UpdateTerminalInput
} from '#shared/contract/terminals.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { TerminalsService } from './service.ts';

export const createTerminalsRouter = (
	{ router, open, signedIn }: Procedures,
	service: TerminalsService
) =>
	router({
		list: signedIn.query(() => service.registry.list()),
		register: signedIn
			.input(RegisterTerminalInput)
			.mutation(({ input, ctx }) => service.registry.register(ctx.caller, input)),
		update: signedIn
			.input(UpdateTerminalInput)
			.mutation(({ input }) => service.registry.update(input)),
		end: signedIn.input(TerminalInput).mutation(({ input }) => service.registry.end(input.id)),
		remove: signedIn
			.input(TerminalInput)
			.mutation(({ input }) => service.registry.remove(input.id)),

		duty: open.input(TerminalTokenInput).mutation(({ input }) => service.offers.duty(input.token)),
		offer: open.input(OfferTerminalInput).mutation(({ input }) => service.offers.offer(input)),
		await: open.input(AwaitTerminalInput).query(({ input }) => service.offers.awaitGrant(input)),
		find: signedIn.input(FindTerminalInput).query(({ input }) => service.offers.find(input.code)),
		grant: signedIn
			.input(GrantTerminalInput)
			.mutation(({ input, ctx }) => service.offers.grant(ctx.caller, input)),

		mine: signedIn.query(({ ctx }) => service.visits.mine(ctx.caller)),
		alive: signedIn.mutation(({ ctx }) => service.visits.alive(ctx.caller)),
		depositDrafts: signedIn
			.input(DepositDraftsInput)
			.mutation(({ input, ctx }) => service.visits.depositDrafts(ctx.caller, input)),
		drafts: signedIn.query(({ ctx }) => service.visits.drafts(ctx.caller)),
		draftsTaken: signedIn
			.input(DraftsTakenInput)
			.mutation(({ input, ctx }) => service.visits.draftsTaken(ctx.caller, input.device))
	});
