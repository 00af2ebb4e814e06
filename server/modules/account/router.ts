/** Procedures for what a person's devices share. */
import {
	AddKeysInput,
	AddRecipientInput,
	ItemsInput,
	KeysInput,
	PublishSealingKeyInput,
	PutItemInput,
	RotateInput
} from '#shared/contract/account.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { AccountService } from './service.ts';

export const createAccountRouter = ({ router, signedIn }: Procedures, service: AccountService) =>
	router({
		publishSealingKey: signedIn
			.input(PublishSealingKeyInput)
			.mutation(({ input, ctx }) => service.publishSealingKey(ctx.caller, input)),
		state: signedIn.query(({ ctx }) => service.state(ctx.caller)),
		generations: signedIn.query(({ ctx }) => service.generations(ctx.caller)),
		rotate: signedIn
			.input(RotateInput)
			.mutation(({ input, ctx }) => service.rotate(ctx.caller, input)),
		addRecipient: signedIn
			.input(AddRecipientInput)
			.mutation(({ input, ctx }) => service.addRecipient(ctx.caller, input)),
		items: signedIn
			.input(ItemsInput)
			.query(({ input, ctx }) => service.items(ctx.caller, input.after)),
		putItem: signedIn
			.input(PutItemInput)
			.mutation(({ input, ctx }) => service.putItem(ctx.caller, input)),
		addKeys: signedIn
			.input(AddKeysInput)
			.mutation(({ input, ctx }) => service.addKeys(ctx.caller, input.keys)),
		keys: signedIn.input(KeysInput).query(({ input, ctx }) => service.keys(ctx.caller, input))
	});
