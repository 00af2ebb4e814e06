/**
 * Follows the log of device keys from one signed head to the next. Owns the pinned key and the heads that go together,
 * and must never let go of one silently: a log that does not contain what was known is told of, with both heads as
 * evidence, before anything else is done with it.
 *
 * A restored backup leads the log back, which an honest server can't help and a dishonest one can pretend. Where the
 * log goes on from a head that this device has checked before, it is followed from there, loudly, so that people can
 * go on working; it still can't put a device into anybody's name, since certificates are checked besides. A log that
 * has nothing in common with what was known is not followed at all until the person says so.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { TreeHead } from '#shared/domain/transparency-log.ts';
import { isConsistent } from '#shared/domain/merkle/proofs.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import {
	isSameTree,
	logHeadFrom,
	toSignedHead,
	verifyLogHead,
	type LogHead
} from '#core/protocol/log-head.ts';
import type { Store } from '#core/store/database.ts';
import { Rounds } from '../rounds.ts';
import type { Server } from '../server.ts';
import type { Alarms } from './alarms.ts';
import { hashesOf, refusedIsNull } from './hashes.ts';

/** Heads that are kept: the newest ones, and older ones ever further apart. */
const NEWEST_KEPT = 16;
const MOST_KEPT = 48;

function thinned(heads: LogHead[]): LogHead[] {
	if (heads.length <= MOST_KEPT) return heads;
	const older = heads.slice(0, -NEWEST_KEPT);
	return [...older.filter((_head, at) => at % 2 === 0), ...heads.slice(-NEWEST_KEPT)];
}

/** What is no head at all is a fault like any other, and not a log to be compared. */
function asHead(answer: unknown): LogHead {
	try {
		return logHeadFrom(answer);
	} catch (cause) {
		throw new DienstwegError('internal', {}, { cause });
	}
}

export class LogFollower {
	readonly #store: Store;
	readonly #server: Server;
	readonly #alarms: Alarms;
	/** From joining; absent where that was before there was a log. */
	readonly #givenKey: string | undefined;
	#key: Uint8Array | null = null;
	#heads: LogHead[] = [];
	/** Of a log that was let go of, loudly: colleagues' devices may still name them. */
	#former: LogHead[] = [];
	readonly #rounds = new Rounds(() => this.#advanceOnce());

	constructor(store: Store, server: Server, alarms: Alarms, logKey: string | undefined) {
		this.#store = store;
		this.#server = server;
		this.#alarms = alarms;
		this.#givenKey = logKey;
	}

	async load(): Promise<void> {
		const fact = await this.#store.read.facts.get('log');
		if (fact?.name !== 'log') return;
		this.#key = fact.key;
		this.#heads = fact.heads.map(logHeadFrom);
		this.#former = fact.former.map(logHeadFrom);
	}

	/** The newest one that was checked; null before the server was reached for the first time. */
	get head(): LogHead | null {
		return this.#heads.at(-1) ?? null;
	}

	/** What heads are checked with; null before `head` is there. */
	get key(): Uint8Array | null {
		return this.#key;
	}

	/** Whether this device itself was shown this tree once. */
	knows(tree: TreeHead): boolean {
		return [...this.#heads, ...this.#former].some((head) => isSameTree(head, tree));
	}

	/** Asks for the newest head and checks it. A call during another one leads to one more round, shared by all. */
	advance(): Promise<void> {
		return this.#rounds.run();
	}

	/** The person says that another log is right: the next head is taken as it is. */
	async startOver(): Promise<void> {
		this.#former = [...this.#former, ...this.#heads].slice(-MOST_KEPT);
		await this.#keep(await this.#pinKey(), []);
	}

	/** Whether the tree of `earlier` is the beginning of that of `later`, by the server's proof. */
	async contains(later: LogHead, earlier: LogHead): Promise<boolean> {
		if (earlier.size > later.size) return false;
		if (earlier.size === later.size) return isSameTree(earlier, later);
		const range = { from: earlier.size, to: later.size };
		const proof = await this.#server
			.call(({ transparency }) => transparency.consistency(range))
			.catch(refusedIsNull);
		const path = proof && hashesOf(proof.path);
		if (!path) return false;
		return isConsistent(sha256, { ...range, fromRoot: earlier.root, toRoot: later.root, path });
	}

	async #advanceOnce(): Promise<void> {
		const key = await this.#pinKey();
		const shown = asHead(await this.#server.call(({ transparency }) => transparency.head()));
		const isSigned = await verifyLogHead(shown, key);
		const { head } = this;
		// Signed anew each day: the same tree is no news.
		if (isSigned && head && isSameTree(head, shown)) return;
		if (isSigned && (!head || (await this.contains(shown, head))))
			return this.#keep(key, [...this.#heads, shown]);
		const common = isSigned ? await this.#findCommon(shown) : -1;
		const isEarlier = common >= 0;
		const known = toSignedHead(head ?? shown);
		await this.#alarms.raise({ type: 'log-changed', known, shown: toSignedHead(shown), isEarlier });
		if (!isEarlier) return;
		this.#former = [...this.#former, ...this.#heads.slice(common + 1)].slice(-MOST_KEPT);
		await this.#keep(key, [...this.#heads.slice(0, common + 1), shown]);
	}

	/** Place of the newest kept head that the tree contains; -1 without one. */
	async #findCommon(shown: LogHead): Promise<number> {
		for (let at = this.#heads.length - 2; at >= 0; at--) {
			const head = this.#heads[at];
			if (head && (await this.contains(shown, head))) return at;
		}
		return -1;
	}

	/** On first use where joining has not done so. */
	async #pinKey(): Promise<Uint8Array> {
		if (this.#key) return this.#key;
		const named =
			this.#givenKey ?? (await this.#server.call(({ authority }) => authority.info())).logKey;
		const key = fromBase64url(named ?? '');
		if (key.length !== 32) throw new DienstwegError('internal');
		this.#key = key;
		return key;
	}

	/** On disk before it is used. */
	async #keep(key: Uint8Array, heads: LogHead[]): Promise<void> {
		const kept = thinned(heads);
		await this.#store.write(['facts'], async ({ facts }) => {
			const former = this.#former.map(toSignedHead);
			await facts.put({ name: 'log', key, heads: kept.map(toSignedHead), former });
		});
		this.#heads = kept;
	}
}
