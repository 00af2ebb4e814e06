/**
 * For whom else than devices each generation of the backup key is sealed, so that the person gets back in without any.
 * Must never seal for a key that the server alone vouches for.
 */
import type { SealedFor } from '#shared/contract/account.ts';
import type { StoredCode } from '#shared/contract/recovery.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import type { BackupKey } from '#core/protocol/account/backup-key.ts';
import type { AccountCopy } from '#core/protocol/recovery/account-copy.ts';
import { isCodeKeyOf, sealCodeCopy, type CodeKey } from '#core/protocol/recovery/code-copy.ts';
import { sealCustodianCopy } from '#core/protocol/recovery/custodian-copy.ts';
import {
	checkStatement,
	openStatement,
	type KnownPeople
} from '#core/protocol/recovery/custodians.ts';
import { ProtocolError, requireThat } from '#core/protocol/protocol-error.ts';
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import type { Directory } from '../directory.ts';
import { readPolicy } from '../policy.ts';
import type { Server } from '../server.ts';
import type { KeyStanding } from '../transparency/log-leaves.ts';
import type { SealForOthers } from './generations.ts';
import { NO_RECOVERY, changeRecovery, readRecovery } from './recovery-fact.ts';

/** What is not as it says is not there. */
const orNull = async <Result>(work: Promise<Result>): Promise<Result | null> => {
	try {
		return await work;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
};

/** Keys that a device remembers to have made: more than it makes between two looks at the log. */
const MADE_KEPT = 20;

/** `Transparency.standingOf`. */
type StandingOf = (
	statement: CustodiansStatement | null,
	bytes: Uint8Array
) => Promise<KeyStanding>;

export class RecoverySealing {
	readonly #store: Store;
	readonly #server: Server;
	readonly #account: AccountFact;
	readonly #people: KnownPeople;
	readonly #standingOf: StandingOf;

	constructor(
		store: Store,
		server: Server,
		{
			account,
			directory,
			standingOf
		}: { account: AccountFact; directory: Directory; standingOf: StandingOf }
	) {
		this.#standingOf = standingOf;
		this.#store = store;
		this.#server = server;
		this.#account = account;
		this.#people = {
			authority: account.authority.domain,
			identityKeyOf: (person) => directory.identityKeyOf(person),
			isAdmin: (person) => directory.find(person)?.role === 'admin'
		};
	}

	/** For those of the recipients that `has` (`kind id`) does not name. */
	readonly seal: SealForOthers = async (backupKey, has) => {
		const recipients = await this.#server.call(({ recovery }) => recovery.recipients());
		const own = await this.#ownCode(recipients.code);
		const custodians = await this.#custodians(recipients.custodians);
		const sealed: SealedFor[] = [];
		if (own && !has.has(`code ${own.id}`)) {
			const body = await sealCodeCopy(own, this.#copyOf(backupKey));
			sealed.push({ kind: 'code', id: own.id, body: toBase64url(body) });
		}
		if (custodians && !has.has(`custodians ${custodians.id}`)) {
			const body = await sealCustodianCopy(custodians, this.#copyOf(backupKey));
			sealed.push({ kind: 'custodians', id: custodians.id, body: toBase64url(body) });
		}
		return sealed;
	};

	/** What a new code is sealed for: one more than any that was ever seen here. */
	async nextCodeNumber(): Promise<number> {
		const { code } = await this.#server.call(({ recovery }) => recovery.recipients());
		const known = await readRecovery(this.#store.read);
		return Math.max(known?.codeNumber ?? 0, code?.number ?? 0) + 1;
	}

	/** The key of the authority that stands now, with its bytes as they were signed; null where there is none to rely on. */
	async currentKey(): Promise<{ statement: CustodiansStatement; bytes: Uint8Array } | null> {
		const { custodians } = await this.#server.call(({ recovery }) => recovery.recipients());
		const statement = await this.#custodians(custodians);
		return statement && custodians ? { statement, bytes: fromBase64url(custodians) } : null;
	}

	/** Throws `forged` unless an administrator whom this device knows has signed it, and the log has it. */
	async checkStatement(bytes: Uint8Array): Promise<CustodiansStatement> {
		const statement = await checkStatement(this.#people, bytes);
		const standing = await this.#standingOf(statement, bytes);
		const isLogged = standing === 'newest' || standing === 'replaced';
		requireThat(isLogged, 'custodians that the log has not', 'forged');
		return statement;
	}

	/** This device is about to name custodians: nobody has to be told that it was so. */
	noteMade(key: string): Promise<void> {
		return changeRecovery(this.#store, ({ madeKeys = [] }) => ({
			madeKeys: [...madeKeys, key].slice(-MADE_KEPT)
		}));
	}

	async nextKeyNumber(): Promise<number> {
		const { keyNumber } = await this.#server.call(({ recovery }) => recovery.recipients());
		const known = await readRecovery(this.#store.read);
		return Math.max(known?.keyNumber ?? 0, keyNumber) + 1;
	}

	/**
	 * Null where there is none, where the policy that the person is shown wants no such copies, and for one that is not
	 * what it says or was replaced as far as this device, or the log, knows.
	 */
	async #custodians(encoded: string | null): Promise<CustodiansStatement | null> {
		const { keyNumber } = (await readRecovery(this.#store.read)) ?? NO_RECOVERY;
		const { policy } = await readPolicy(this.#store.read);
		const isWanted = encoded !== null && policy.recoveryByIt;
		const statement = isWanted ? await this.#trusted(fromBase64url(encoded)) : null;
		const current = statement !== null && statement.number >= keyNumber ? statement : null;
		await changeRecovery(this.#store, (known) => ({
			keyNumber: Math.max(known.keyNumber, current?.number ?? 0),
			custodians: current && {
				people: current.custodians.map(({ person }) => person),
				by: current.admin,
				at: current.at
			}
		}));
		return current;
	}

	/** Told of where the server alone vouches for it; not where people have new keys or roles since. */
	async #trusted(bytes: Uint8Array): Promise<CustodiansStatement | null> {
		const signed = await orNull(openStatement(this.#people.authority, bytes));
		if ((await this.#standingOf(signed, bytes)) !== 'newest') return null;
		return orNull(checkStatement(this.#people, bytes));
	}

	#copyOf(backupKey: BackupKey): AccountCopy {
		const { person, authority, identity } = this.#account;
		const { publicKey, secretKey } = identity;
		if (secretKey === null) throw new Error('a terminal has no account');
		return { person, authority: authority.domain, identity: { publicKey, secretKey }, backupKey };
	}

	/** Null for one that no device of the person has made, or that was replaced as far as this one knows. */
	async #ownCode(code: StoredCode | null): Promise<CodeKey | null> {
		const { codeNumber } = (await readRecovery(this.#store.read)) ?? NO_RECOVERY;
		const key = code && (await this.#checked(code));
		const current = key !== null && key.number >= codeNumber ? key : null;
		await changeRecovery(this.#store, (known) => ({
			codeNumber: Math.max(known.codeNumber, current?.number ?? 0),
			code: current && code ? { createdAt: code.createdAt, usedAt: code.usedAt } : null
		}));
		return current;
	}

	async #checked({ id, number, publicKey, signature }: StoredCode): Promise<CodeKey | null> {
		const { person, identity } = this.#account;
		const key = { id, person, number, publicKey: fromBase64url(publicKey) };
		const isOwn = await isCodeKeyOf(identity.publicKey, key, fromBase64url(signature));
		return isOwn ? key : null;
	}
}
