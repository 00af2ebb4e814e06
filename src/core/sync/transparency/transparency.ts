/**
 * The log of device keys on this device: one head to rely on, and what is checked with it. Owns the order of these
 * things; the parts do the work.
 */
import type { SignedHead } from '#shared/contract/transparency.ts';
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import type { Member } from '#core/protocol/identity.ts';
import { toSignedHead, type LogHead } from '#core/protocol/log-head.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import type { StoredAlarm } from '#core/store/log-records.ts';
import type { Directory } from '../directory.ts';
import type { KeyedLock } from '../keyed-lock.ts';
import type { Memory } from '../memory.ts';
import { isPassing } from '../pause.ts';
import type { Server } from '../server.ts';
import { Alarms } from './alarms.ts';
import { ChatLines } from './chat-lines.ts';
import { DeviceProofs } from './device-proofs.ts';
import { LogFollower } from './follower.ts';
import { HeardHeads } from './heard-heads.ts';
import { IdentityChanges } from './identity-changes.ts';
import { LogLeaves, type KeyStanding } from './log-leaves.ts';
import { OwnEntries } from './own-entries.ts';
import { Restorations } from './restorations.ts';

export interface TransparencyOptions {
	store: Store;
	server: Server;
	directory: Directory;
	memory: Memory;
	account: AccountFact;
	stateLock: KeyedLock;
	/** Resolves after a moment of chance; to false once the engine closes. */
	pause(): Promise<boolean>;
	/** As in `IdentityChanges`. */
	onTakenOn(person: string): Promise<void>;
	now(): number;
}

export interface Evidence {
	/** Ed25519, with which heads are checked. */
	logKey: string | null;
	head: SignedHead | null;
	alarms: StoredAlarm[];
}

export class Transparency {
	readonly #follower: LogFollower;
	readonly #alarms: Alarms;
	readonly #proofs: DeviceProofs;
	readonly #heard: HeardHeads;
	readonly #leaves: LogLeaves;
	readonly #own: OwnEntries;
	readonly #changes: IdentityChanges;
	readonly #memory: Memory;
	readonly #isAnew: boolean;
	/** Resolves after a moment of chance; to false once the engine closes. */
	readonly #pause: () => Promise<boolean>;
	#isDue = false;
	/** Somebody has answered for this person's new key: conversations can be entered. */
	onConfirmed: () => Promise<void> = async () => undefined;

	constructor(options: TransparencyOptions) {
		const { store, server, directory, account, stateLock, onTakenOn, now } = options;
		this.#memory = options.memory;
		this.#pause = options.pause;
		this.#isAnew = account.isAnew === true;
		const { logKey, domain: authority } = account.authority;
		const alarms = new Alarms(store, now);
		const follower = new LogFollower(store, server, alarms, logKey);
		this.#alarms = alarms;
		this.#follower = follower;
		this.#proofs = new DeviceProofs(store, server, follower);
		this.#heard = new HeardHeads(follower, alarms, (work) => this.#inBackground(work));
		const lines = new ChatLines({ store, stateLock, now });
		const restorations = new Restorations({ store, server, directory, lines, authority });
		const leaves = new LogLeaves(store, server, account.person);
		this.#leaves = leaves;
		this.#own = new OwnEntries({ store, server, follower, leaves, alarms, restorations, account });
		this.#changes = new IdentityChanges({
			lines,
			server,
			directory,
			follower,
			authority,
			onTakenOn
		});
	}

	load(): Promise<void> {
		return this.#follower.load();
	}

	/** What this device has checked last; goes with each message. */
	get head(): LogHead | null {
		return this.#follower.head;
	}

	/** For `TrustPolicy`. */
	isLogged(member: Member): Promise<boolean> {
		return this.#proofs.isLogged(member);
	}

	/** Proves whom `isLogged` was asked about in vain. True when trying again is worth it. */
	prove(): Promise<boolean> {
		return this.#proofs.prove();
	}

	/** A message of this person was opened that says which head its author's device has checked. */
	hear(head: LogHead | null, person: string): void {
		this.#heard.hear(head, person);
	}

	/** The directory was fetched: whoever asked for it waits for the keys that are taken on, and for nothing else. */
	onDirectory(): Promise<void> {
		if (!this.#isDue) this.#inBackground(this.#followSoon());
		return this.#changes.attend();
	}

	/**
	 * Everybody hears of a newcomer at once: a moment of chance keeps them from asking for the log all together. Not so a
	 * device that has checked no head yet: were the server set back before it has, nothing would lead from the log of then
	 * to that of now.
	 */
	async #followSoon(): Promise<void> {
		this.#isDue = true;
		const isFirst = this.#isAnew || this.#follower.head === null;
		const isOpen = isFirst || (await this.#pause());
		this.#isDue = false;
		if (isOpen) await this.follow();
	}

	/**
	 * Whether colleagues' devices can't know yet that this one is right, so that they would turn it away: the person has
	 * begun anew, and nobody has answered for the new key.
	 */
	async isAwaitingWord(): Promise<boolean> {
		if (!this.#isAnew) return false;
		if ((await this.#findWord()) === null) await this.follow();
		return (await this.#findWord()) === false;
	}

	/** Null before the log has told of the beginning. */
	async #findWord(): Promise<boolean | null> {
		const anew = (await this.#alarms.find()).find(({ type }) => type === 'started-anew');
		return anew?.type === 'started-anew' ? anew.confirmedBy !== null : null;
	}

	/** The newest head, and what stands in the log about this person. */
	async follow(): Promise<void> {
		await this.#follower.advance();
		const before = this.#isAnew && (await this.#findWord());
		await this.#own.read();
		if (before === false && (await this.#findWord())) this.#inBackground(this.onConfirmed());
		await this.#heard.compare();
	}

	/**
	 * Where a key of custodians stands in the newest log. One that is not there the server has shown to this device alone,
	 * and `statement` null stands for one that nobody has signed: the person is told of both.
	 */
	async standingOf(statement: CustodiansStatement | null, bytes: Uint8Array): Promise<KeyStanding> {
		if (statement) {
			await this.#follower.advance();
			await this.#own.read();
		}
		const { head } = this.#follower;
		const standing = statement ? await this.#leaves.standingOf(statement, bytes, head) : 'missing';
		if (standing === 'missing')
			await this.#alarms.raise({
				type: 'false-custodians',
				by: statement?.admin ?? null,
				people: statement?.custodians.map(({ person }) => person) ?? [],
				statement: toBase64url(bytes)
			});
		return standing;
	}

	/** The person has read it. Where a log was not followed any more, it is now. */
	async putAside(id: string): Promise<void> {
		const alarm = (await this.#alarms.find()).find((each) => each.id === id);
		if (!alarm) return;
		await this.#alarms.putAside(id);
		if (alarm.type === 'log-changed' && !alarm.isEarlier) {
			await this.#follower.startOver();
			this.#inBackground(this.follow());
		}
	}

	/** What can't be done for want of the network is done when there is one. */
	#inBackground(work: Promise<unknown>): void {
		work.catch((error: unknown) => {
			if (!isPassing(error)) this.#memory.setProblem('internal');
		});
	}

	/** Everything that was ever found, with the heads as they were signed, for whoever looks into it. */
	async evidence(): Promise<Evidence> {
		const { key, head } = this.#follower;
		return {
			logKey: key && toBase64url(key),
			head: head && toSignedHead(head),
			alarms: await this.#alarms.find()
		};
	}
}
