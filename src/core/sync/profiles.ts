/** Title and picture of a group: who may change them, and what is said about it in the conversation. */
import type { GroupProfile } from '#shared/contract/content.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import type { Working } from './working-state.ts';

/**
 * Takes a profile that is told when coming in: for want of a better one, or in place of the one from before,
 * when this device `isBack` after a time in which it may have changed unheard.
 */
export function learnProfile(
	working: Working,
	profile: GroupProfile,
	{ seq, isBack = false }: { seq: number; isBack?: boolean }
): void {
	if ((working.profile && !isBack) || (profile.title === '' && profile.picture === null)) return;
	setProfile(working, profile, seq);
}

function setProfile(working: Working, { title, picture }: GroupProfile, seq: number): void {
	working.profile = { conversation: working.conversation.id, title, picture, seq };
	working.profileChanged = true;
}

/**
 * A member's change, if it may: the group's admins only, as the group itself knows them. Returns what is
 * to be told.
 */
export function changeProfile(
	working: Working,
	profile: GroupProfile,
	entry: LogEntry
): StoredEvent[] {
	const { conversation, group } = working;
	if (conversation.kind !== 'group' || !group?.policy.admins.includes(entry.person)) return [];
	const before = working.profile;
	if (before && before.seq > entry.seq) return [];
	setProfile(working, profile, entry.seq);
	const by = entry.person;
	if (before?.title !== profile.title) return [{ type: 'renamed', by, title: profile.title }];
	return before?.picture === profile.picture ? [] : [{ type: 'picture', by }];
}
