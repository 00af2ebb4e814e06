/**
 * The invitations that IT has issued: followed, filtered, made, renewed, revoked. Owns the link that was made
 * last, in memory only, for the sheet and the letter; it must never be stored.
 */
import type { EngineLink } from '#core/engine/api.ts';
import type { Invitation, InvitationStatus } from '#shared/contract/enrolment.ts';
import type { PersonDetails, PersonRole } from '#shared/contract/directory.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';
import { Answer } from '#ui/answer.svelte.ts';

/** A fresh invitation with the link that carries its secret. */
export interface IssuedLink {
	invitation: Invitation;
	link: string;
}

export type StatusFilter = InvitationStatus | 'all';

export interface InviteEntry {
	details: PersonDetails;
	role: PersonRole;
	validHours: number;
}

/** An open invitation expires on the server without a word. */
const effective = (invitation: Invitation, now: number): Invitation =>
	invitation.status === 'open' && invitation.expiresAt <= now
		? { ...invitation, status: 'expired' }
		: invitation;

function inOrder(invitations: Invitation[]): Invitation[] {
	const now = Date.now();
	return invitations
		.map((invitation) => effective(invitation, now))
		.sort((a, b) => b.createdAt - a.createdAt);
}

export class InvitationAdmin {
	filter = $state<StatusFilter>('all');
	query = $state('');
	readonly #engine: EngineLink;
	readonly #list: Answer<Invitation[]>;

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#list = new Answer(() => engine.call('listInvitations', undefined).then(inOrder));
	}

	/** Loads, and again whenever somebody invites, joins or is refused; returns what ends it. */
	start(): () => void {
		return this.#engine.watch('changes', { of: 'invitations' }, () => void this.load());
	}

	/** Newest first; null until loaded. */
	get all(): Invitation[] | null {
		return this.#list.current;
	}

	/** What filter and search leave. */
	get shown(): Invitation[] {
		return (this.all ?? []).filter(
			(invitation) =>
				(this.filter === 'all' || invitation.status === this.filter) &&
				matchesQuery(this.query, [
					invitation.person.displayName,
					invitation.person.department,
					invitation.person.functionTitle
				])
		);
	}

	get error(): unknown {
		return this.#list.error;
	}

	/** How many there are of a status. */
	count(status: StatusFilter): number {
		return (this.all ?? []).filter((one) => status === 'all' || one.status === status).length;
	}

	/** Departments that have been entered before, for suggestions. */
	get departments(): string[] {
		const names = (this.all ?? []).map((invitation) => invitation.person.department);
		return [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b, 'de'));
	}

	load(): Promise<void> {
		return this.#list.ask();
	}

	async invite(entry: InviteEntry): Promise<void> {
		this.#issued(await this.#engine.call('createInvitation', entry));
	}

	/** A new link for the same person; the earlier one stops working. */
	async reissue(id: string, validHours: number): Promise<void> {
		this.#issued(await this.#engine.call('reissueInvitation', { id, validHours }));
	}

	async revoke(id: string): Promise<void> {
		await this.#engine.call('revokeInvitation', { id });
		await this.load();
	}

	#issued(made: IssuedLink): void {
		issued.keep(made);
		void this.load();
	}
}

/** The link that was made last in this tab, until another one is made or it is put away. */
class Issued {
	#made = $state.raw<IssuedLink | null>(null);

	get current(): IssuedLink | null {
		return this.#made;
	}

	keep(made: IssuedLink): void {
		this.#made = made;
	}

	forget(): void {
		this.#made = null;
	}
}

export const issued = new Issued();
