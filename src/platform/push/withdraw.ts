/** Which notification belongs to what, and which of them are no longer true. */

/** Tag of notifications that belong to no conversation: a later one replaces an earlier one. */
export const OTHER_TAG = 'dienstweg';

/** Closes the notifications of conversations in which nothing is unread any more. */
export async function withdrawRead(
	registration: ServiceWorkerRegistration,
	unread: readonly string[]
): Promise<void> {
	for (const notification of await registration.getNotifications()) {
		const isOfConversation = notification.tag !== OTHER_TAG && notification.tag !== '';
		if (isOfConversation && !unread.includes(notification.tag)) notification.close();
	}
}
