/** Procedures for what the authority lays down. */
import { SetPolicyInput } from '#shared/contract/policy.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { PolicyService } from './service.ts';

export const createPolicyRouter = ({ router, signedIn }: Procedures, service: PolicyService) =>
	router({
		get: signedIn.query(() => service.get()),
		set: signedIn
			.input(SetPolicyInput)
			.mutation(({ input, ctx }) => service.set(ctx.caller, input)),
		changes: signedIn.query(() => service.changes())
	});
