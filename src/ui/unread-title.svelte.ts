/**
 * The number of unread conversations that stands before the title of every page of an open container. Whoever sets
 * it takes it back: the lock screen shows none.
 */
class UnreadTitle {
	count = $state(0);
}

export const unreadTitle = new UnreadTitle();
