/** One input that fits its schema for every procedure. A procedure without an entry fails the tests that walk the API. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { accessTable } from '#server/trpc/access.ts';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import { someBundle, someBytes, someMessage } from './bodies.ts';
import { details, makeDeviceKeys, redeemInput } from './client.ts';
import { commitInput } from './group.ts';

export type Path = keyof typeof accessTable;

export interface World {
	conversation: string;
	/** A person and device that are not the caller's. */
	person: string;
	device: string;
	invitation: string;
}

export const inputsFor = (world: World): Record<Path, unknown> => {
	const { conversation, person, device, invitation } = world;
	const token = someBytes(32);
	const keys = makeDeviceKeys();
	return {
		'authority.info': null,
		'policy.get': null,
		'policy.set': { version: 0, policy: { ...DEFAULT_POLICY, pinLength: 8 } },
		'policy.changes': null,
		'session.challenge': { device },
		'session.signIn': { device, nonce: someBytes(32), signature: someBytes(64) },
		'session.signOut': null,
		'enrolment.peek': { token },
		'enrolment.redeem': redeemInput(token, { keys, device: randomUUID(), displayName: 'Nora' }),
		'enrolment.list': null,
		'enrolment.create': {
			id: randomUUID(),
			details: details('Otto'),
			role: 'member',
			tokenHash: randomBytes(32).toString('base64url'),
			validHours: 1
		},
		'enrolment.reissue': {
			id: randomUUID(),
			replaces: invitation,
			tokenHash: randomBytes(32).toString('base64url'),
			validHours: 1
		},
		'enrolment.reinvite': {
			id: randomUUID(),
			person,
			tokenHash: randomBytes(32).toString('base64url'),
			validHours: 1
		},
		'enrolment.revoke': { id: invitation },
		'directory.changes': {},
		'directory.update': { id: person, details: details('Paula') },
		'directory.vouch': {
			person,
			newKey: someBytes(32),
			formerKey: someBytes(32),
			at: 1,
			signature: someBytes(64)
		},
		'devices.list': { person },
		'devices.all': {},
		'devices.describe': { browser: 'Firefox 140', installed: true, unlocks: ['pin'] },
		'devices.orders': null,
		'devices.lock': { id: device },
		'devices.rename': { id: device, name: 'Firefox auf Linux' },
		'devices.revoke': { id: device },
		'devices.publishKeyPackages': { packages: [someBytes(100)], lastResort: someBytes(100) },
		'devices.countKeyPackages': null,
		'devices.claimKeyPackages': { people: [person] },
		'entering.permit': { tokenHash: someBytes(32) },
		'entering.enter': {
			token,
			device: redeemInput(token, { keys, device: randomUUID(), displayName: '' }).device,
			proof: someBytes(64)
		},
		'linking.open': { token, first: someBytes(33) },
		'linking.join': { token, name: someBytes(16) },
		'linking.post': { mailbox: someBytes(16), token, index: 0, body: someBytes(64) },
		'linking.read': { mailbox: someBytes(16), token, from: 0 },
		'linking.close': { mailbox: someBytes(16), token },
		'account.publishSealingKey': { key: someBytes(32), signature: someBytes(64) },
		'account.state': null,
		'account.generations': null,
		'account.rotate': {
			generation: 1,
			previous: null,
			signature: someBytes(64),
			sealed: [{ kind: 'device', id: device, body: someBytes(80) }]
		},
		'account.addRecipient': { generation: 1, kind: 'code', id: randomUUID(), body: someBytes(80) },
		'account.items': { after: 0 },
		'account.putItem': { name: someBytes(16), version: 0, generation: 1, body: someBytes(40) },
		'account.addKeys': {
			keys: [{ conversation, epoch: 1, kid: someBytes(16), generation: 1, body: someBytes(72) }]
		},
		'account.keys': { conversation },
		'recovery.recipients': null,
		'recovery.storeCode': {
			id: randomUUID(),
			number: 1,
			tokenHash: someBytes(32),
			publicKey: someBytes(32),
			signature: someBytes(64),
			binding: someBytes(32),
			generation: 1,
			body: someBytes(200)
		},
		'recovery.openCode': { token, permitHash: someBytes(32) },
		'recovery.setCustodians': {
			statement: someBytes(300),
			shares: [{ custodian: person, body: someBytes(80) }]
		},
		'recovery.start': {
			id: randomUUID(),
			person,
			tokenHash: someBytes(32),
			key: randomUUID(),
			auth: [{ custodian: person, body: someBytes(80) }]
		},
		'recovery.requests': null,
		'recovery.cancel': { id: randomUUID() },
		'recovery.refuse': { id: randomUUID() },
		'recovery.approve': {
			id: randomUUID(),
			requesterKey: someBytes(32),
			body: someBytes(144),
			at: Date.now(),
			signature: someBytes(64)
		},
		'recovery.present': { token, key: someBytes(32), mac: someBytes(32) },
		'recovery.awaited': { token, key: someBytes(32) },
		'recovery.finish': { token, key: someBytes(32), permitHash: someBytes(32) },
		'conversations.overview': null,
		'conversations.create': {
			conversation: randomUUID(),
			kind: 'group',
			people: [person],
			devices: [device],
			...someBundle(true)
		},
		'conversations.commit': commitInput(conversation, 1, { admins: [person] }),
		'conversations.send': someMessage(conversation, 1),
		'conversations.read': { conversation, after: 0, limit: 10 },
		'conversations.certificates': { conversations: [conversation] },
		'conversations.groupInfo': { conversation },
		'conversations.judge': { conversation, seq: 1, follows: true },
		'conversations.leave': { conversation },
		'conversations.welcomes': null,
		'conversations.welcomeDone': { conversation, seq: 1 },
		'conversations.cursors': { items: [{ conversation, delivered: 1, read: 1 }] },
		'conversations.typing': { conversation },
		'conversations.viewing': { conversation },
		'notifications.subscribe': {
			endpoint: 'https://push.example/abc',
			p256dh: someBytes(65),
			auth: someBytes(16),
			locale: 'de'
		},
		'notifications.unsubscribe': null,
		'notifications.test': null,
		'transparency.head': null,
		'transparency.entries': { from: 0 },
		'transparency.own': null,
		'transparency.deviceProofs': { size: 1, devices: [device] },
		'transparency.identityChanges': { size: 1, person },
		'transparency.restorations': { size: 1, person },
		'transparency.consistency': { from: 0, to: 1 },
		'unlock.register': {
			share: randomUUID(),
			accessHash: someBytes(32),
			confirmKey: someBytes(32)
		},
		'unlock.evaluate': { share: randomUUID(), access: someBytes(32), blinded: someBytes(32) },
		'unlock.confirm': { share: randomUUID(), signature: someBytes(64) },
		'unlock.release': { share: randomUUID(), signature: someBytes(64) },
		'unlock.bind': { share: randomUUID(), access: someBytes(32) },
		'terminals.list': null,
		'terminals.register': {
			id: randomUUID(),
			name: 'Bibliothek',
			place: 'Erdgeschoss',
			idleMinutes: 3,
			tokenHash: someBytes(32)
		},
		'terminals.update': { id: randomUUID(), name: 'Bibliothek', place: '', idleMinutes: 3 },
		'terminals.end': { id: randomUUID() },
		'terminals.remove': { id: randomUUID() },
		'terminals.duty': { token },
		'terminals.offer': {
			token,
			code: '0123456789AB',
			sealingKey: someBytes(32),
			signatureKey: someBytes(32)
		},
		'terminals.await': { token },
		'terminals.find': { code: '0123456789AB' },
		'terminals.grant': {
			code: '0123456789AB',
			tokenHash: someBytes(32),
			sealed: someBytes(200)
		},
		'terminals.mine': null,
		'terminals.alive': null,
		'terminals.leave': null,
		'terminals.depositDrafts': { generation: 1, body: someBytes(80) },
		'terminals.drafts': null,
		'terminals.draftsTaken': { device },
		'terminals.pin': null,
		'terminals.makePin': {
			locator: someBytes(32),
			confirmKey: someBytes(32),
			blinded: someBytes(32)
		},
		'terminals.leaveVisits': {
			locator: someBytes(32),
			wrapped: someBytes(100),
			body: someBytes(200),
			visits: [{ device: randomUUID(), tokenHash: someBytes(32), sealed: someBytes(200) }]
		},
		'terminals.endPin': null,
		'terminals.tryPin': { token, locator: someBytes(32), blinded: someBytes(32) },
		'terminals.takeVisit': { token, locator: someBytes(32), signature: someBytes(64) },
		'live.events': null
	};
};
