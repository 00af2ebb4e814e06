/** Procedures for joining and for inviting. */
import {
	CreateInvitationInput,
	PeekInvitationInput,
	RedeemInvitationInput,
	ReinviteInput,
	ReissueInvitationInput,
	RevokeInvitationInput
} from '#shared/contract/enrolment.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { RedeemInvitation } from './redeem.ts';
import type { EnrolmentService } from './service.ts';

export interface EnrolmentServices {
	enrolment: EnrolmentService;
	redeem: RedeemInvitation;
}

export const createEnrolmentRouter = (
	{ router, open, signedIn }: Procedures,
	{ enrolment, redeem }: EnrolmentServices
) =>
	router({
		peek: open.input(PeekInvitationInput).query(({ input }) => enrolment.peek(input.token)),
		redeem: open.input(RedeemInvitationInput).mutation(async ({ input, ctx }) => {
			const { me, token } = await redeem(input);
			ctx.setSessionCookie(token);
			return me;
		}),
		list: signedIn.query(() => enrolment.list()),
		create: signedIn
			.input(CreateInvitationInput)
			.mutation(({ input, ctx }) => enrolment.create(ctx.caller, input)),
		reissue: signedIn
			.input(ReissueInvitationInput)
			.mutation(({ input, ctx }) => enrolment.reissue(ctx.caller, input)),
		reinvite: signedIn
			.input(ReinviteInput)
			.mutation(({ input, ctx }) => enrolment.reinvite(ctx.caller, input)),
		revoke: signedIn
			.input(RevokeInvitationInput)
			.mutation(({ input }) => enrolment.revoke(input.id))
	});
