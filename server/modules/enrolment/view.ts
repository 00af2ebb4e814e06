/** An invitation's row as administrators see it. */
import type { Invitation, InvitationStatus } from '#shared/contract/enrolment.ts';
import { toPerson, type PersonRow } from '#server/modules/directory/view.ts';
import type { InvitationRow } from './queries.ts';

/** `now` in milliseconds. */
export const statusOf = (row: InvitationRow, now: number): InvitationStatus => {
	if (row.usedAt) return 'used';
	if (row.revokedAt) return 'revoked';
	return row.expiresAt.getTime() <= now ? 'expired' : 'open';
};

export const toInvitation = (
	{ invitation, person }: { invitation: InvitationRow; person: PersonRow },
	now: number
): Invitation => ({
	id: invitation.id,
	person: toPerson(person),
	status: statusOf(invitation, now),
	createdAt: invitation.createdAt.getTime(),
	createdBy: invitation.createdBy,
	expiresAt: invitation.expiresAt.getTime(),
	usedAt: invitation.usedAt?.getTime() ?? null
});
