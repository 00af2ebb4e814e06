/** Procedures for shared terminals. */
import {
	LeaveVisitsInput,
	MakeTerminalPinInput,
	TakeVisitInput,
	TryTerminalPinInput
} from '#shared/contract/terminal-pin.ts';
import {
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

		duty: open.input(TerminalTokenInput).mutation(async ({ input, ctx }) => {
			const duty = await service.offers.duty(input.token);
			// Of the visit before, if the browser has kept it.
			ctx.setSessionCookie(null);
			return duty;
		}),
		offer: open.input(OfferTerminalInput).mutation(({ input }) => service.offers.offer(input)),
		await: open
			.input(TerminalTokenInput)
			.query(({ input }) => service.offers.awaitGrant(input.token)),
		find: signedIn.input(FindTerminalInput).query(({ input }) => service.offers.find(input.code)),
		grant: signedIn
			.input(GrantTerminalInput)
			.mutation(({ input, ctx }) => service.offers.grant(ctx.caller, input)),

		mine: signedIn.query(({ ctx }) => service.visits.mine(ctx.caller)),
		alive: signedIn.mutation(({ ctx }) => service.visits.alive(ctx.caller)),
		leave: signedIn.mutation(({ ctx }) => service.visits.leave(ctx.caller)),
		depositDrafts: signedIn
			.input(DepositDraftsInput)
			.mutation(({ input, ctx }) => service.visits.depositDrafts(ctx.caller, input)),
		drafts: signedIn.query(({ ctx }) => service.visits.drafts(ctx.caller)),
		draftsTaken: signedIn
			.input(DraftsTakenInput)
			.mutation(({ input, ctx }) => service.visits.draftsTaken(ctx.caller, input.device)),

		pin: signedIn.query(({ ctx }) => service.pins.mine(ctx.caller)),
		makePin: signedIn
			.input(MakeTerminalPinInput)
			.mutation(({ input, ctx }) => service.pins.make(ctx.caller, input)),
		leaveVisits: signedIn
			.input(LeaveVisitsInput)
			.mutation(({ input, ctx }) => service.pins.leave(ctx.caller, input)),
		endPin: signedIn.mutation(({ ctx }) => service.pins.end(ctx.caller)),
		tryPin: open.input(TryTerminalPinInput).mutation(({ input }) => service.pins.try(input)),
		takeVisit: open.input(TakeVisitInput).mutation(({ input }) => service.pins.take(input))
	});
