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
import { checkStatement, type KnownPeople } from '#core/protocol/recovery/custodians.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import type { AccountFact, RecoveryFact } from '#core/store/account-records.ts';
import type { ReadStore, Store } from '#core/store/database.ts';
import type { Directory } from '../directory.ts';
import { readPolicy } from '../policy.ts';
import type { Server } from '../server.ts';
import type { SealForOthers } from './generations.ts';

const NOTHING: RecoveryFact = {
	name: 'recovery',
	codeNumber: 0,
	code: null,
	keyNumber: 0,
	custodians: null
};

export const readRecovery = async ({
	facts
}: Pick<ReadStore, 'facts'>): Promise<RecoveryFact | null> => {
	const fact = await facts.get('recovery');
	return fact?.name === 'recovery' ? fact : null;
};

export class RecoverySealing {
	readonly #store: Store;
	readonly #server: Server;
	readonly #account: AccountFact;
	readonly #people: KnownPeople;

	constructor(
		store: Store,
		server: Server,
		{ account, directory }: { account: AccountFact; directory: Directory }
	) {
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

	/** Throws `forged` unless an administrator whom this device knows has signed it. */
	checkStatement(bytes: Uint8Array): Promise<CustodiansStatement> {
		return checkStatement(this.#people, bytes);
	}

	async nextKeyNumber(): Promise<number> {
		const { keyNumber } = await this.#server.call(({ recovery }) => recovery.recipients());
		const known = await readRecovery(this.#store.read);
		return Math.max(known?.keyNumber ?? 0, keyNumber) + 1;
	}

	/**
	 * Null where there is none, where the policy that the person is shown wants no such copies, and for one that is not
	 * what it says or was replaced as far as this device knows.
	 */
	async #custodians(encoded: string | null): Promise<CustodiansStatement | null> {
		const fact = (await readRecovery(this.#store.read)) ?? NOTHING;
		const { policy } = await readPolicy(this.#store.read);
		const isWanted = encoded !== null && policy.recoveryByIt;
		const statement = isWanted ? await this.#trusted(fromBase64url(encoded)) : null;
		const isCurrent = statement !== null && statement.number >= fact.keyNumber;
		await this.#keep({
			...fact,
			keyNumber: isCurrent ? statement.number : fact.keyNumber,
			custodians: isCurrent
				? {
						people: statement.custodians.map(({ person }) => person),
						by: statement.admin,
						at: statement.at
					}
				: null
		});
		return isCurrent ? statement : null;
	}

	async #trusted(bytes: Uint8Array): Promise<CustodiansStatement | null> {
		try {
			return await this.checkStatement(bytes);
		} catch (error) {
			if (error instanceof ProtocolError) return null;
			throw error;
		}
	}

	#copyOf(backupKey: BackupKey): AccountCopy {
		const { person, authority, identity } = this.#account;
		const { publicKey, secretKey } = identity;
		if (secretKey === null) throw new Error('a terminal has no account');
		return { person, authority: authority.domain, identity: { publicKey, secretKey }, backupKey };
	}

	/** Null for one that no device of the person has made, or that was replaced as far as this one knows. */
	async #ownCode(code: StoredCode | null): Promise<CodeKey | null> {
		const fact = (await readRecovery(this.#store.read)) ?? NOTHING;
		const key = code && (await this.#checked(code));
		const isCurrent = key !== null && key.number >= fact.codeNumber;
		await this.#keep({
			...fact,
			codeNumber: isCurrent ? key.number : fact.codeNumber,
			code: isCurrent && code ? { createdAt: code.createdAt, usedAt: code.usedAt } : null
		});
		return isCurrent ? key : null;
	}

	async #checked({ id, number, publicKey, signature }: StoredCode): Promise<CodeKey | null> {
		const { person, identity } = this.#account;
		const key = { id, person, number, publicKey: fromBase64url(publicKey) };
		const isOwn = await isCodeKeyOf(identity.publicKey, key, fromBase64url(signature));
		return isOwn ? key : null;
	}

	#keep(fact: RecoveryFact): Promise<void> {
		return this.#store.write(['facts'], async ({ facts }) => void (await facts.put(fact)));
	}
}
