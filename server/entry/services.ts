/** Makes the services of all slices and shows them to each other. Decides nothing itself. */
import { SENDER_LENGTH } from '#shared/contract/notifications.ts';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createAccountService } from '#server/modules/account/service.ts';
import { createConversationsService } from '#server/modules/conversations/service.ts';
import { requireRoomForDevice } from '#server/modules/devices/room.ts';
import { createDevicesService } from '#server/modules/devices/service.ts';
import { findPerson } from '#server/modules/directory/queries.ts';
import { createDirectoryService } from '#server/modules/directory/service.ts';
import { createRedeemInvitation } from '#server/modules/enrolment/redeem.ts';
import { createEnrolmentService } from '#server/modules/enrolment/service.ts';
import { createEnteringService } from '#server/modules/entering/service.ts';
import { Mailboxes } from '#server/modules/linking/mailboxes.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { LiveHub } from '#server/modules/live/hub.ts';
import { createNotificationsService } from '#server/modules/notifications/service.ts';
import { createPolicyService, currentPolicy } from '#server/modules/policy/service.ts';
import { createDropUnwanted } from '#server/modules/recovery/custodians.ts';
import { createRecoveryService, isRecoveryRecipient } from '#server/modules/recovery/service.ts';
import { isAwaited } from '#server/modules/recovery/stage.ts';
import { createSessionService } from '#server/modules/session/service.ts';
import { createSessionTokens } from '#server/modules/session/tokens.ts';
import { createVouch } from '#server/modules/transparency/identity-changes.ts';
import { dropUnwantedPins } from '#server/modules/terminals/pins.ts';
import { createTerminalsService } from '#server/modules/terminals/service.ts';
import { createTransparencyService } from '#server/modules/transparency/service.ts';
import { createUnlockService } from '#server/modules/unlock/service.ts';
import { RateLimiter } from '#server/trpc/rate-limit.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import type { Foundation } from './foundation.ts';

export type Services = ReturnType<typeof createServices>;

export const createServices = ({ config, clock, log, database, keys }: Foundation) => {
	const bus = createEventBus<LiveTopics>(log);
	const hub = new LiveHub(bus);
	const { authority } = config;
	const ground = { database, clock, log, bus };
	// Apart from the limits of calls, whose buckets must not be pushed out of memory by those of many devices.
	const shares = new RateLimiter(() => clock.now());
	const session = createSessionService({
		...ground,
		domain: authority.domain,
		tokens: createSessionTokens(keys.signing.privateKey)
	});
	const notifications = createNotificationsService({
		...ground,
		presence: hub,
		vapid: { subject: config.vapidSubject, ...keys.vapid },
		allowPrivate: config.pushAllowPrivate,
		isAwaited: (request, device) => isAwaited(database.read, { request, device }, clock.now()),
		async senderName(person) {
			const { notificationText } = await currentPolicy(database.read);
			if (notificationText === 'none') return null;
			const found = await findPerson(database.read, person);
			return found?.displayName.slice(0, SENDER_LENGTH) ?? null;
		}
	});
	const conversations = createConversationsService({
		...ground,
		presence: hub,
		onMessage: (message) => notifications.onMessage(message),
		terminalDays: async (db) => (await currentPolicy(db)).terminalDays
	});
	const devices = createDevicesService({
		...ground,
		retireDevice: (db, device) => conversations.retireDevice(db, device),
		payKeyPackage: (person, device) => shares.take('key package', `${person} ${device}`) === 0,
		requireRoom: requireRoomForDevice,
		onAdded: async () => undefined
	});
	const entrance = {
		...ground,
		domain: authority.domain,
		openSession: (db: WriteDb, device: string) => session.open(db, device)
	};
	const entering = createEnteringService({
		...entrance,
		addDevice: devices.add,
		beginVisit: (db, visit) => terminals.visits.begin(db, visit)
	});
	const terminals = createTerminalsService({
		...ground,
		revoke: (person, device) => devices.revoke({ person, role: 'member' }, device),
		permit: (db, by, permit) => entering.permitAt(db, by, permit),
		folderKey: keys.unlock
	});
	const dropUnwanted = createDropUnwanted(ground);
	return {
		hub,
		session,
		notifications,
		conversations,
		directory: createDirectoryService(ground),
		account: createAccountService({ ...ground, isRecipient: isRecoveryRecipient }),
		recovery: createRecoveryService({
			...ground,
			domain: authority.domain,
			pushes: {
				enqueue: (db, request, people) => notifications.enqueueRequest(db, request, people),
				wake: () => notifications.wake()
			},
			permitRecovered: (db, permit) => entering.permitRecovered(db, permit)
		}),
		policy: createPolicyService({
			...ground,
			async onSet(db, policy, by) {
				await dropUnwanted(db, policy, by);
				await dropUnwantedPins(db, policy);
			}
		}),
		devices,
		entering,
		mailboxes: new Mailboxes(clock),
		terminals,
		transparency: createTransparencyService({ ...ground, signingKey: keys.signing.privateKey }),
		unlock: createUnlockService({ ...ground, folderKey: keys.unlock }),
		vouch: createVouch({ ...ground, domain: authority.domain }),
		enrolment: createEnrolmentService({ ...ground, authority }),
		redeem: createRedeemInvitation(entrance)
	};
};
