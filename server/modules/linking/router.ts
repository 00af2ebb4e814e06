/** Procedures of mailboxes between two devices. */
import {
	CloseMailboxInput,
	JoinMailboxInput,
	OpenMailboxInput,
	PostMessageInput,
	ReadMailboxInput
} from '#shared/contract/linking.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { Mailboxes } from './mailboxes.ts';

export const createLinkingRouter = ({ router, open }: Procedures, mailboxes: Mailboxes) =>
	router({
		open: open
			.input(OpenMailboxInput)
			.mutation(({ input, ctx }) => mailboxes.open(input, ctx.address)),
		join: open.input(JoinMailboxInput).mutation(({ input }) => mailboxes.join(input)),
		post: open.input(PostMessageInput).mutation(({ input }) => mailboxes.post(input)),
		read: open.input(ReadMailboxInput).query(({ input }) => mailboxes.read(input)),
		close: open.input(CloseMailboxInput).mutation(({ input }) => mailboxes.close(input))
	});
