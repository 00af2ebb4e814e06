/** Which notification belongs to what, and which of them are no longer true. */

/** Tag of notifications that belong to no conversation: a later one replaces an earlier one. */
export const OTHER_TAG = 'dienstweg';

/** Tag of what tells a custodian that a request waits. */
export const APPROVAL_TAG = 'dienstweg-approval';

/** Closes the notifications of conversations in which nothing is unread any more. */
export async function withdrawRead(
	registration: ServiceWorkerRegistration,
	unread: readonly string[]
): Promise<void> {
	for (const notification of await registration.getNotifications()) {
		const isOfConversation = !['', OTHER_TAG, APPROVAL_TAG].includes(notification.tag);
		if (isOfConversation && !unread.includes(notification.tag)) notification.close();
	}
}

/** Once the app itself tells of requests that wait, or they wait no longer. */
export async function withdrawApprovals(registration: ServiceWorkerRegistration): Promise<void> {
	for (const notification of await registration.getNotifications({ tag: APPROVAL_TAG }))
		notification.close();
}
