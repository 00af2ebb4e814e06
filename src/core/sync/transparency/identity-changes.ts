/**
 * Takes on the new identity key of somebody who had to join anew: if the change stands in the log, and an administrator
 * whose own key is pinned here has signed that it is right. All else stays as it was: the pinned key is relied on, and
 * people are told. Must never take the server's word for any of it.
 */
import type { IdentityChangeProof } from '#shared/contract/transparency.ts';
import { readIdentityChange, type IdentityChange } from '#shared/domain/identity-change.ts';
import { isIncluded } from '#shared/domain/merkle/proofs.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { STATEMENT, leafOf } from '#shared/domain/transparency-log.ts';
import { equalBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { LogHead } from '#core/protocol/log-head.ts';
import { isVouchedBy } from '#core/protocol/vouch.ts';
import type { Directory } from '../directory.ts';
import type { Server } from '../server.ts';
import type { ChatLines } from './chat-lines.ts';
import type { LogFollower } from './follower.ts';
import { hashesOf, refusedIsNull } from './hashes.ts';

export interface IdentityChangesOptions {
	lines: ChatLines;
	server: Server;
	directory: Directory;
	follower: LogFollower;
	/** Domain of the authority. */
	authority: string;
	/** Somebody's new key was taken on: what was compared before counts no more, on this person's other devices either. */
	onTakenOn(person: string): Promise<void>;
}

/** A change that counts, and whose word for it does. */
interface Confirmed {
	newKey: Uint8Array;
	by: string;
}

function provenChange(
	person: string,
	{ index, statement: encoded, path }: IdentityChangeProof,
	{ size, root }: LogHead
): IdentityChange | null {
	const statement = fromBase64url(encoded);
	const steps = hashesOf(path);
	const change = readIdentityChange(statement);
	if (!steps || change?.person !== person) return null;
	const leaf = leafOf(sha256, { type: STATEMENT.identity, person, statement });
	const proof = { index, size, leafHash: leafHash(sha256, leaf), path: steps, root };
	return isIncluded(sha256, proof) ? change : null;
}

export class IdentityChanges {
	readonly #options: IdentityChangesOptions;
	/** Size of the log at which there was nothing to take on, by person and key. */
	readonly #asked = new Map<string, number>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(options: IdentityChangesOptions) {
		this.#options = options;
	}

	/** Looks after everybody whom the directory shows with another key than the one that is pinned. */
	attend(): Promise<void> {
		const result = this.#turn.then(() => this.#attendAll());
		this.#turn = result.catch(() => undefined);
		return result;
	}

	async #attendAll(): Promise<void> {
		const { directory, follower } = this.#options;
		const changed = directory.everyone().filter(({ keyChanged }) => keyChanged);
		if (changed.length === 0) return;
		await follower.advance();
		const { head } = follower;
		if (!head) return;
		for (const { id, identityKey } of changed) {
			const name = `${id} ${identityKey}`;
			if (this.#asked.get(name) === head.size) continue;
			const confirmed = await this.#findConfirmed(id, head);
			if (confirmed) await this.#takeOn(id, confirmed);
			this.#asked.set(name, head.size);
		}
	}

	/** What leads from the pinned key to the newest one, each step confirmed. Null where that is not the directory's. */
	async #findConfirmed(person: string, head: LogHead): Promise<Confirmed | null> {
		const { server, directory } = this.#options;
		const pinned = directory.identityKeyOf(person);
		const shown = directory.find(person)?.identityKey;
		if (!pinned || !shown) return null;
		const proofs = await server
			.call(({ transparency }) => transparency.identityChanges({ size: head.size, person }))
			.catch(refusedIsNull);
		let reached: Confirmed | null = null;
		for (const proof of (proofs ?? []).toSorted((a, b) => a.index - b.index)) {
			const change = provenChange(person, proof, head);
			const from: Uint8Array = reached?.newKey ?? pinned;
			if (!change || !equalBytes(change.formerKey, from)) continue;
			const by = await this.#confirmedBy(change);
			if (by !== null) reached = { newKey: change.newKey, by };
		}
		return reached && toBase64url(reached.newKey) === shown ? reached : null;
	}

	/** The administrator, where it is one by whose key this device knows them. */
	async #confirmedBy(change: IdentityChange): Promise<string | null> {
		const { directory, authority } = this.#options;
		const { vouch, person } = change;
		if (!vouch || vouch.admin === person) return null;
		const admin = directory.find(vouch.admin);
		const identityKey = directory.identityKeyOf(vouch.admin);
		const isAdmin = admin?.role === 'admin' && admin.status === 'active' && !admin.keyChanged;
		if (!isAdmin || !identityKey) return null;
		const isTheirs = await isVouchedBy({ authority, change }, { id: admin.id, identityKey });
		return isTheirs ? admin.id : null;
	}

	/** People are told first: nobody has another key unseen. */
	async #takeOn(person: string, { newKey, by }: Confirmed): Promise<void> {
		const { lines, directory, onTakenOn } = this.#options;
		await lines.addForPerson(person, { type: 'identity', person, by });
		await directory.repin(person, newKey);
		await onTakenOn(person);
	}
}
