/** The address book's procedures. */
import { DirectoryChangesInput, UpdatePersonInput } from '#shared/contract/directory.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { DirectoryService } from './service.ts';

export const createDirectoryRouter = (
	{ router, signedIn }: Procedures,
	service: DirectoryService
) =>
	router({
		changes: signedIn
			.input(DirectoryChangesInput)
			.query(({ input }) => service.changes(input.since)),
		update: signedIn
			.input(UpdatePersonInput)
			.mutation(({ input }) => service.update(input.id, input.details))
	});
