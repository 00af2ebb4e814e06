/** Procedures of push. */
import { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { NotificationsService } from './service.ts';

export const createNotificationsRouter = (
	{ router, signedIn }: Procedures,
	service: NotificationsService
) =>
	router({
		subscribe: signedIn
			.input(PushSubscriptionInput)
			.mutation(({ input, ctx }) => service.subscribe(ctx.caller, input)),
		unsubscribe: signedIn.mutation(({ ctx }) => service.unsubscribe(ctx.caller)),
		test: signedIn.mutation(({ ctx }) => service.test(ctx.caller))
	});
