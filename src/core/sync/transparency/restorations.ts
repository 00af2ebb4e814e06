/**
 * Whether it is true that somebody's access was restored: it stands in the log, two custodians have signed it by the keys
 * that this device knows, and an administrator had made them so, in the log as well. Tells in the chats; must never take
 * the server's word for any of it, nor be silent where only the log tells of it.
 */
import type { LoggedStatement, RestorationProofs } from '#shared/contract/transparency.ts';
import { readCustodians, type CustodiansStatement } from '#shared/domain/custodians.ts';
import { isIncluded } from '#shared/domain/merkle/proofs.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { approvalMessage, readRestoration } from '#shared/domain/restoration.ts';
import { STATEMENT, leafOf, personTag } from '#shared/domain/transparency-log.ts';
import { equalBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { verify } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { LogHead } from '#core/protocol/log-head.ts';
import { checkStatement, type KnownPeople } from '#core/protocol/recovery/custodians.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { Store } from '#core/store/database.ts';
import type { Directory } from '../directory.ts';
import type { Server } from '../server.ts';
import type { ChatLines } from './chat-lines.ts';
import { hashesOf, refusedIsNull } from './hashes.ts';
import type { LeafAt } from './log-leaves.ts';

/** Who has approved it, and when the second of them did; nobody where that can't be proven. */
export interface FoundRestoration {
	by: string[];
	at: number | null;
}

export interface RestorationsOptions {
	store: Store;
	server: Server;
	directory: Directory;
	lines: ChatLines;
	/** Domain of the authority. */
	authority: string;
}

const UNPROVEN: FoundRestoration = { by: [], at: null };

/** Leaves of lines that are drawn already: the log is read from its beginning again where it was set back. */
const readTold = async (store: Store): Promise<string[]> => {
	const fact = await store.read.facts.get('restorations');
	return fact?.name === 'restorations' ? fact.told : [];
};

export class Restorations {
	readonly #options: RestorationsOptions;
	readonly #people: KnownPeople;

	constructor(options: RestorationsOptions) {
		const { directory, authority } = options;
		this.#options = options;
		this.#people = {
			authority,
			identityKeyOf: (person) => directory.identityKeyOf(person),
			isAdmin: (person) => directory.find(person)?.role === 'admin'
		};
	}

	/** Tells of those of colleagues, in every chat with them. */
	async tell(leaves: readonly LeafAt[], head: LogHead): Promise<void> {
		const { store, directory, lines } = this.#options;
		const told = await readTold(store);
		for (const { index, leaf } of leaves) {
			const name = toBase64url(leaf);
			const person = directory
				.everyone()
				.find(({ id }) => equalBytes(personTag(sha256, id), leaf.subarray(1, 9)))?.id;
			if (person === undefined || told.includes(name)) continue;
			const found = await this.find(person, { index, leaf }, head);
			await lines.addForPerson(person, { type: 'regained', person, ...found });
			told.push(name);
			const fact = { name: 'restorations' as const, told: [...told] };
			await store.write(['facts'], async ({ facts }) => void (await facts.put(fact)));
		}
	}

	/** What the leaf says, as far as it is proven. */
	async find(person: string, { index, leaf }: LeafAt, head: LogHead): Promise<FoundRestoration> {
		const proofs = await this.#options.server
			.call(({ transparency }) => transparency.restorations({ size: head.size, person }))
			.catch(refusedIsNull);
		const proof = proofs?.restorations.find((each) => each.index === index);
		if (!proofs || !proof) return UNPROVEN;
		const statement = fromBase64url(proof.statement);
		const isIt = equalBytes(
			leafOf(sha256, { type: STATEMENT.restoration, person, statement }),
			leaf
		);
		const read = isIt ? readRestoration(statement) : null;
		if (!read) return UNPROVEN;
		const { restoration, approvals } = read;
		const pinned = this.#people.identityKeyOf(person);
		const isTheirs =
			restoration.person === person && pinned && equalBytes(pinned, restoration.identityKey);
		const custodians = isTheirs ? await this.#custodiansAt(index, proofs, head) : null;
		if (!custodians) return UNPROVEN;
		const { authority } = this.#people;
		for (const approval of approvals) {
			const { custodian, signature } = approval;
			const key = custodians.custodians.find((each) => each.person === custodian)?.identityKey;
			const message = approvalMessage(authority, restoration, approval);
			const counts = custodian !== person && key && (await verify(signature, message, key));
			if (!counts) return UNPROVEN;
		}
		const by = approvals.map(({ custodian }) => custodian);
		if (new Set(by).size < by.length) return UNPROVEN;
		return { by, at: Math.max(...approvals.map(({ at }) => at)) };
	}

	/** Who they were at that place in the log: the newest before it, and no older one. */
	async #custodiansAt(
		index: number,
		{ custodians }: RestorationProofs,
		head: LogHead
	): Promise<CustodiansStatement | null> {
		const newest = custodians
			.filter((each) => each.index < index && isProven(each, head))
			.toSorted((a, b) => a.index - b.index)
			.at(-1);
		if (!newest) return null;
		try {
			return await checkStatement(this.#people, fromBase64url(newest.statement));
		} catch (error) {
			if (error instanceof ProtocolError) return null;
			throw error;
		}
	}
}

/** A statement on custodians, in the name of the administrator who has signed it. */
function isProven({ index, statement: encoded, path }: LoggedStatement, head: LogHead): boolean {
	const statement = fromBase64url(encoded);
	const person = readCustodians(statement)?.statement.admin;
	const steps = hashesOf(path);
	if (person === undefined || !steps) return false;
	const leaf = leafOf(sha256, { type: STATEMENT.custodians, person, statement });
	const { size, root } = head;
	return isIncluded(sha256, { index, size, leafHash: leafHash(sha256, leaf), path: steps, root });
}
