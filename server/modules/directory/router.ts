/** The address book's procedures. */
import { DirectoryChangesInput, UpdatePersonInput } from '#shared/contract/directory.ts';
import { VouchInput } from '#shared/contract/transparency.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { DirectoryService } from './service.ts';

export const createDirectoryRouter = (
	{ router, signedIn }: Procedures,
	{
		directory: service,
		vouch
	}: { directory: DirectoryService; vouch: (caller: Caller, input: VouchInput) => Promise<void> }
) =>
	router({
		changes: signedIn
			.input(DirectoryChangesInput)
			.query(({ input }) => service.changes(input.since)),
		update: signedIn
			.input(UpdatePersonInput)
			.mutation(({ input }) => service.update(input.id, input.details)),
		vouch: signedIn.input(VouchInput).mutation(({ input, ctx }) => vouch(ctx.caller, input))
	});
