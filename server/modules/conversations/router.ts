/** Procedures of conversations. */
import {
	CertificatesInput,
	CommitInput,
	ConversationRef,
	CreateConversationInput,
	CursorInput,
	JudgeInput,
	ReadLogInput,
	SendInput,
	TypingInput,
	ViewingInput,
	WelcomeDoneInput
} from '#shared/contract/conversations.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { ConversationsService } from './service.ts';

export const createConversationsRouter = (
	{ router, signedIn }: Procedures,
	service: ConversationsService
) =>
	router({
		overview: signedIn.query(({ ctx }) => service.overview(ctx.caller)),
		create: signedIn
			.input(CreateConversationInput)
			.mutation(({ input, ctx }) => service.create(ctx.caller, input)),
		commit: signedIn
			.input(CommitInput)
			.mutation(({ input, ctx }) => service.commit(ctx.caller, input)),
		send: signedIn.input(SendInput).mutation(({ input, ctx }) => service.send(ctx.caller, input)),
		read: signedIn.input(ReadLogInput).query(({ input, ctx }) => service.read(ctx.caller, input)),
		certificates: signedIn
			.input(CertificatesInput)
			.query(({ input, ctx }) => service.certificates(ctx.caller, input)),
		groupInfo: signedIn
			.input(ConversationRef)
			.query(({ input, ctx }) => service.groupInfo(ctx.caller, input.conversation)),
		judge: signedIn
			.input(JudgeInput)
			.mutation(({ input, ctx }) => service.judge(ctx.caller, input)),
		leave: signedIn
			.input(ConversationRef)
			.mutation(({ input, ctx }) => service.leave(ctx.caller, input.conversation)),
		welcomes: signedIn.query(({ ctx }) => service.welcomes(ctx.caller)),
		welcomeDone: signedIn
			.input(WelcomeDoneInput)
			.mutation(({ input, ctx }) => service.welcomeDone(ctx.caller, input)),
		cursors: signedIn
			.input(CursorInput)
			.mutation(({ input, ctx }) => service.cursors(ctx.caller, input.items)),
		typing: signedIn
			.input(TypingInput)
			.mutation(({ input, ctx }) => service.typing(ctx.caller, input.conversation)),
		viewing: signedIn
			.input(ViewingInput)
			.mutation(({ input, ctx }) => service.viewing(ctx.caller, input.conversation))
	});
