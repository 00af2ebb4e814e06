/**
 * Who may call which procedure, and from which allowance of calls it is paid. The procedures enforce this
 * table (`procedures.ts`); one without an entry can't be called. What depends on the conversation
 * (`member`, `group admin`) is enforced by its service inside the transaction.
 */

export type Who =
	/** Nobody needs to be signed in. */
	| 'anyone'
	/** A session of a device that is not revoked. */
	| 'device'
	/** The same, but no terminal: a device that holds the keys of its person's account. */
	| 'account device'
	/** A device of an administrator of the authority, but no terminal. */
	| 'admin'
	/** A device that is in the conversation, or was: then it is served up to its removal. */
	| 'conversation reader'
	/** A device of a current member of the conversation. */
	| 'conversation member'
	/** A member; only an admin of the group where people or admins change. */
	| 'conversation member, group admin for people';

/** Allowances, see `rate-limit.ts`. */
export type RateClass =
	| 'connect'
	| 'open'
	| 'guess'
	| 'recover'
	| 'read'
	| 'page'
	| 'write'
	| 'send'
	| 'heavy'
	| 'create'
	| 'signal'
	| 'bytes'
	| 'share';

export interface Access {
	who: Who;
	rate: RateClass;
}

const entry = (who: Who, rate: RateClass): Access => ({ who, rate });

export const accessTable = {
	'authority.info': entry('anyone', 'open'),

	'policy.get': entry('device', 'read'),
	'policy.set': entry('admin', 'write'),
	'policy.changes': entry('admin', 'read'),

	'session.challenge': entry('anyone', 'open'),
	'session.signIn': entry('anyone', 'open'),
	'session.signOut': entry('anyone', 'open'),

	'enrolment.peek': entry('anyone', 'open'),
	'enrolment.redeem': entry('anyone', 'open'),
	'enrolment.list': entry('admin', 'read'),
	'enrolment.create': entry('admin', 'write'),
	'enrolment.reissue': entry('admin', 'write'),
	'enrolment.reinvite': entry('admin', 'write'),
	'enrolment.revoke': entry('admin', 'write'),

	'directory.changes': entry('device', 'read'),
	'directory.update': entry('admin', 'write'),
	'directory.vouch': entry('admin', 'write'),

	'devices.list': entry('device', 'read'),
	'devices.all': entry('admin', 'page'),
	'devices.describe': entry('device', 'write'),
	'devices.orders': entry('device', 'read'),
	'devices.lock': entry('device', 'write'),
	'devices.rename': entry('device', 'write'),
	'devices.revoke': entry('device', 'write'),
	'devices.publishKeyPackages': entry('device', 'write'),
	'devices.countKeyPackages': entry('device', 'read'),
	'devices.claimKeyPackages': entry('device', 'heavy'),

	'entering.permit': entry('account device', 'write'),
	'entering.enter': entry('anyone', 'open'),

	'linking.open': entry('anyone', 'open'),
	'linking.join': entry('anyone', 'guess'),
	'linking.post': entry('anyone', 'open'),
	'linking.read': entry('anyone', 'read'),
	'linking.close': entry('anyone', 'open'),

	'account.publishSealingKey': entry('account device', 'write'),
	'account.state': entry('account device', 'read'),
	'account.generations': entry('account device', 'read'),
	'account.rotate': entry('account device', 'write'),
	'account.addRecipient': entry('account device', 'write'),
	'account.items': entry('account device', 'page'),
	'account.putItem': entry('account device', 'write'),
	'account.addKeys': entry('account device', 'heavy'),
	'account.keys': entry('account device', 'page'),

	'recovery.recipients': entry('account device', 'read'),
	'recovery.storeCode': entry('account device', 'write'),
	'recovery.openCode': entry('anyone', 'recover'),
	'recovery.setCustodians': entry('admin', 'write'),
	'recovery.start': entry('admin', 'write'),
	'recovery.requests': entry('account device', 'read'),
	'recovery.cancel': entry('admin', 'write'),
	'recovery.refuse': entry('account device', 'write'),
	'recovery.approve': entry('account device', 'write'),
	'recovery.present': entry('anyone', 'recover'),
	'recovery.awaited': entry('anyone', 'open'),
	'recovery.finish': entry('anyone', 'recover'),

	'conversations.overview': entry('device', 'read'),
	'conversations.create': entry('device', 'create'),
	'conversations.commit': entry('conversation member, group admin for people', 'heavy'),
	'conversations.send': entry('conversation member', 'send'),
	'conversations.read': entry('conversation reader', 'page'),
	'conversations.certificates': entry('device', 'page'),
	'conversations.groupInfo': entry('conversation member', 'page'),
	'conversations.judge': entry('conversation member', 'write'),
	'conversations.leave': entry('conversation member', 'write'),
	'conversations.welcomes': entry('device', 'page'),
	'conversations.welcomeDone': entry('device', 'write'),
	'conversations.cursors': entry('device', 'signal'),
	'conversations.typing': entry('conversation member', 'signal'),
	'conversations.viewing': entry('device', 'signal'),

	'notifications.subscribe': entry('device', 'write'),
	'notifications.unsubscribe': entry('device', 'write'),
	'notifications.test': entry('device', 'write'),

	'transparency.head': entry('device', 'read'),
	'transparency.entries': entry('device', 'page'),
	'transparency.own': entry('device', 'page'),
	'transparency.deviceProofs': entry('device', 'page'),
	'transparency.identityChanges': entry('device', 'page'),
	'transparency.restorations': entry('device', 'page'),
	'transparency.consistency': entry('device', 'read'),

	'unlock.register': entry('anyone', 'share'),
	'unlock.evaluate': entry('anyone', 'open'),
	'unlock.confirm': entry('anyone', 'open'),
	'unlock.release': entry('anyone', 'open'),
	'unlock.bind': entry('device', 'write'),
	'terminals.list': entry('admin', 'read'),
	'terminals.register': entry('admin', 'write'),
	'terminals.update': entry('admin', 'write'),
	'terminals.end': entry('admin', 'write'),
	'terminals.remove': entry('admin', 'write'),
	'terminals.duty': entry('anyone', 'open'),
	'terminals.offer': entry('anyone', 'open'),
	'terminals.await': entry('anyone', 'open'),
	'terminals.find': entry('account device', 'write'),
	'terminals.grant': entry('account device', 'write'),
	'terminals.mine': entry('account device', 'read'),
	'terminals.alive': entry('device', 'signal'),
	'terminals.leave': entry('device', 'write'),
	'terminals.depositDrafts': entry('device', 'write'),
	'terminals.drafts': entry('account device', 'read'),
	'terminals.draftsTaken': entry('account device', 'write'),
	'terminals.pin': entry('account device', 'read'),
	'terminals.makePin': entry('account device', 'write'),
	'terminals.leaveVisits': entry('account device', 'write'),
	'terminals.endPin': entry('account device', 'write'),
	'terminals.tryPin': entry('anyone', 'guess'),
	'terminals.takeVisit': entry('anyone', 'guess'),

	'live.events': entry('device', 'write')
} as const satisfies Record<string, Access>;

export const accessOf = (path: string): Access | undefined =>
	Object.hasOwn(accessTable, path) ? accessTable[path as keyof typeof accessTable] : undefined;
