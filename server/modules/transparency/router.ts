/** Procedures of the log of device keys. */
import {
	ConsistencyInput,
	DeviceProofsInput,
	IdentityChangesInput,
	LogEntriesInput,
	RestorationsInput
} from '#shared/contract/transparency.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { TransparencyService } from './service.ts';

export const createTransparencyRouter = (
	{ router, signedIn }: Procedures,
	service: TransparencyService
) =>
	router({
		head: signedIn.query(() => service.head()),
		entries: signedIn.input(LogEntriesInput).query(({ input }) => service.entries(input.from)),
		own: signedIn.query(({ ctx }) => service.own(ctx.caller)),
		deviceProofs: signedIn
			.input(DeviceProofsInput)
			.query(({ input }) => service.deviceProofs(input.size, input.devices)),
		identityChanges: signedIn
			.input(IdentityChangesInput)
			.query(({ input }) => service.identityChanges(input.size, input.person)),
		restorations: signedIn
			.input(RestorationsInput)
			.query(({ input }) => service.restorations(input.size, input.person)),
		consistency: signedIn
			.input(ConsistencyInput)
			.query(({ input }) => service.consistency(input.from, input.to))
	});
