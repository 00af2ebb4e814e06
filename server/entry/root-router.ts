/** The API's table of contents. Its type is the one thing that the client takes from the server. */
import type { Authority } from '#shared/contract/authority.ts';
import { createAccountRouter } from '#server/modules/account/router.ts';
import { createAuthorityRouter } from '#server/modules/authority/router.ts';
import { createConversationsRouter } from '#server/modules/conversations/router.ts';
import { createDevicesRouter } from '#server/modules/devices/router.ts';
import { createDirectoryRouter } from '#server/modules/directory/router.ts';
import { createEnrolmentRouter } from '#server/modules/enrolment/router.ts';
import { createEnteringRouter } from '#server/modules/entering/router.ts';
import { createLinkingRouter } from '#server/modules/linking/router.ts';
import { createLiveRouter } from '#server/modules/live/router.ts';
import { createNotificationsRouter } from '#server/modules/notifications/router.ts';
import { createPolicyRouter } from '#server/modules/policy/router.ts';
import { createRecoveryRouter } from '#server/modules/recovery/router.ts';
import { createSessionRouter } from '#server/modules/session/router.ts';
import { createTerminalsRouter } from '#server/modules/terminals/router.ts';
import { createTransparencyRouter } from '#server/modules/transparency/router.ts';
import { createUnlockRouter } from '#server/modules/unlock/router.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { Services } from './services.ts';

const liveRouter = (procedures: Procedures, { hub, session }: Services) =>
	createLiveRouter(procedures, { hub, recheck: (caller) => session.recheck(caller) });

export const createRootRouter = (
	procedures: Procedures,
	{ services, authority }: { services: Services; authority: Authority }
) =>
	procedures.router({
		authority: createAuthorityRouter(procedures, { authority, policy: services.policy }),
		policy: createPolicyRouter(procedures, services.policy),
		session: createSessionRouter(procedures, services.session),
		enrolment: createEnrolmentRouter(procedures, services),
		directory: createDirectoryRouter(procedures, services),
		devices: createDevicesRouter(procedures, services.devices),
		entering: createEnteringRouter(procedures, services.entering),
		linking: createLinkingRouter(procedures, services.mailboxes),
		account: createAccountRouter(procedures, services.account),
		recovery: createRecoveryRouter(procedures, services.recovery),
		conversations: createConversationsRouter(procedures, services.conversations),
		notifications: createNotificationsRouter(procedures, services.notifications),
		terminals: createTerminalsRouter(procedures, services.terminals),
		transparency: createTransparencyRouter(procedures, services.transparency),
		unlock: createUnlockRouter(procedures, services.unlock),
		live: liveRouter(procedures, services)
	});

/** What is served over the WebSocket: the subscription, and none of the calls. */
export const createSocketRouter = (procedures: Procedures, services: Services) =>
	procedures.router({ live: liveRouter(procedures, services) });

export type AppRouter = ReturnType<typeof createRootRouter>;
export type SocketRouter = ReturnType<typeof createSocketRouter>;
