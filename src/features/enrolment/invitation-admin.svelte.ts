/**
 * The invitations that IT has issued: loaded, filtered, made, renewed, revoked. Owns the link that was made
 * last, in memory only, for the sheet and the letter; it must never be stored.
 */
import type { EngineLink } from '#core/engine/api.ts';
import type { Invitation, InvitationStatus } from '#shared/contract/enrolment.ts';
import type { PersonDetails, PersonRole } from '#shared/contract/directory.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';

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

export class InvitationAdmin {
	filter = $state<StatusFilter>('all');
	query = $state('');
	#all = $state.raw<Invitation[] | null>(null);
	#error = $state.raw<unknown>(null);
	readonly #engine: EngineLink;

	constructor(engine: EngineLink) {
		this.#engine = engine;
	}

	/** Newest first; null until loaded. */
	get all(): Invitation[] | null {
		return this.#all;
	}

	/** What filter and search leave. */
	get shown(): Invitation[] {
		return (this.#all ?? []).filter(
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
		return this.#error;
	}

	/** How many there are of a status. */
	count(status: StatusFilter): number {
		return (this.#all ?? []).filter((one) => status === 'all' || one.status === status).length;
	}

	/** Departments that have been entered before, for suggestions. */
	get departments(): string[] {
		const names = (this.#all ?? []).map((invitation) => invitation.person.department);
		return [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b, 'de'));
	}

	/** There is a connection (again): what could not be loaded is loaded by itself, as its text says. */
	whenOnline(): void {
		if (this.#error !== null) void this.load();
	}

	async load(): Promise<void> {
		this.#error = null;
		try {
			const now = Date.now();
			const invitations = await this.#engine.call('listInvitations', undefined);
			this.#all = invitations
				.map((invitation) => effective(invitation, now))
				.sort((a, b) => b.createdAt - a.createdAt);
		} catch (error) {
			this.#error = error;
		}
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
