/**
 * Looks for what stands in the log about this person: nobody can add a device in their name, start anew as them, or name
 * custodians, unseen. Decides what of it the person is told of.
 */
import { MAX_OWN_STATEMENTS, type OwnStatement } from '#shared/contract/transparency.ts';
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import { readIdentityChange } from '#shared/domain/identity-change.ts';
import { readRestoration } from '#shared/domain/restoration.ts';
import { STATEMENT, leafOf } from '#shared/domain/transparency-log.ts';
import { equalBytes, fromBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { readCertificate, verifyCertificate } from '#core/protocol/certificate.ts';
import { toSignedHead, type LogHead } from '#core/protocol/log-head.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import { openStatement } from '#core/protocol/recovery/custodians.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import type { Alarm } from '#core/store/log-records.ts';
import { readLetIn } from '../account/let-in-fact.ts';
import { readRecovery } from '../account/recovery-fact.ts';
import { Rounds } from '../rounds.ts';
import type { Server } from '../server.ts';
import type { Alarms } from './alarms.ts';
import type { LogFollower } from './follower.ts';
import type { LeafAt, LogLeaves, Reading } from './log-leaves.ts';
import type { Restorations } from './restorations.ts';

/** What a leaf about this person turned out to be. */
type Entry =
	| { kind: 'hidden' | 'foreign-identity'; index: number }
	| { kind: 'own-identity'; index: number; confirmedBy: string | null }
	| { kind: 'device'; index: number; device: string | null; name: string; isOwn: boolean }
	| { kind: 'restoration'; index: number; request: string | null }
	/** Null where it is not by this person's own key. */
	| { kind: 'custodians'; index: number; statement: CustodiansStatement | null }
	| { kind: 'other'; index: number };

export interface OwnEntriesOptions {
	store: Store;
	server: Server;
	follower: LogFollower;
	leaves: LogLeaves;
	alarms: Alarms;
	restorations: Restorations;
	account: Pick<AccountFact, 'person' | 'identity' | 'deviceId' | 'authority' | 'restoredBy'>;
}

export class OwnEntries {
	readonly #options: OwnEntriesOptions;
	readonly #rounds = new Rounds(() => this.#readOnce());

	constructor(options: OwnEntriesOptions) {
		this.#options = options;
	}

	/** Reads on, up to the head that was checked last. A call during another one leads to one more round. */
	read(): Promise<void> {
		return this.#rounds.run();
	}

	async #readOnce(): Promise<void> {
		const { head } = this.#options.follower;
		if (head) await this.#readUpTo(head);
	}

	async #readUpTo(head: LogHead): Promise<void> {
		const { leaves, alarms } = this.#options;
		const read = await leaves.readUpTo(head);
		if (read === null) {
			const signed = toSignedHead(head);
			const alarm = {
				type: 'log-changed',
				known: signed,
				shown: signed,
				isEarlier: false
			} as const;
			return alarms.raise(alarm);
		}
		if (read === 'nothing-new') return;
		if (read.own.length + read.others.length > 0) await this.#judge(read, head);
		await leaves.keep(read);
	}

	async #judge({ own: leaves, others }: Reading, head: LogHead): Promise<void> {
		const { server, alarms, restorations, account } = this.#options;
		const shown = await server.call(({ transparency }) => transparency.own());
		// Older ones are not shown once there are so many; leaves can't be made up to get there unseen.
		const oldest = shown.length < MAX_OWN_STATEMENTS ? 0 : (shown[0]?.index ?? 0);
		const statements = new Map(shown.map((each) => [each.index, each]));
		const entries: Entry[] = [];
		for (const leaf of leaves.filter(({ index }) => index >= oldest))
			entries.push(await this.#entryOf(leaf, statements.get(leaf.index)));
		const all = await Promise.all(shown.map((each) => this.#read(each)));
		// Where this person began under the key that they have now; what is older is of an earlier start.
		const beginning = Math.min(
			...all.filter((each) => each.kind === 'device' && each.isOwn).map(({ index }) => index)
		);
		const isHere = (entry: Entry): boolean =>
			entry.kind === 'device' && entry.device === account.deviceId;
		const here = all.find(isHere);
		const hasStartedAnew = all.some((each) => each.kind === 'own-identity');
		const madeHere = new Set((await readRecovery(this.#options.store.read))?.madeKeys);
		const letIn = new Set(await readLetIn(this.#options.store.read));
		const isFormer = (index: number): boolean => hasStartedAnew && index < beginning;
		const found = entries.flatMap((entry): Alarm[] => {
			const { index } = entry;
			switch (entry.kind) {
				case 'hidden':
					return [{ type: 'hidden', index }];
				case 'foreign-identity':
					return isFormer(index) ? [] : [{ type: 'foreign-identity', index }];
				case 'custodians': {
					const { statement } = entry;
					if (statement === null)
						return isFormer(index)
							? []
							: [{ type: 'custodians-named', isOwn: false, people: [], index }];
					const isNews = here && index > here.index && !madeHere.has(statement.id);
					const people = statement.custodians.map((each) => each.person);
					return isNews ? [{ type: 'custodians-named', isOwn: true, people, index }] : [];
				}
				case 'device': {
					const { device, name: deviceName } = entry;
					if (!entry.isOwn)
						return isFormer(index) ? [] : [{ type: 'foreign-device', device, deviceName, index }];
					return device !== null && here && index > here.index && !letIn.has(device)
						? [{ type: 'new-device', device, deviceName, index }]
						: [];
				}
				case 'restoration':
				case 'own-identity':
				case 'other':
					return [];
			}
		});
		const { restoredBy } = account;
		// Whoever let it in had to write that down first.
		const isTold = entries.some(
			(each) => each.kind === 'restoration' && each.request === restoredBy
		);
		if (restoredBy !== undefined && entries.some(isHere) && !isTold)
			found.push({ type: 'restored-unlogged' });
		await alarms.raise(...found);
		const since = here?.index ?? -1;
		// What was before this device concerns it only where it is the one that came in by it.
		const cameBy = all.findLast(({ kind, index }) => kind === 'restoration' && index < since);
		const isFirst = (after: number): boolean =>
			!all.some(({ kind, index }) => kind === 'device' && index > after && index < since);
		for (const { index, leaf } of leaves.filter(({ leaf }) => leaf[0] === STATEMENT.restoration)) {
			const cameByIt = index === cameBy?.index && isFirst(index);
			if (index < since && !cameByIt) continue;
			const { by, at } = await restorations.find(account.person, { index, leaf }, head);
			await alarms.raise({
				type: 'restored',
				index,
				isHere: cameByIt,
				by,
				approvedAt: at
			});
		}
		await restorations.tell(
			others.filter(({ index }) => index > since),
			head
		);
		const anew = entries.findLast((each) => each.kind === 'own-identity');
		if (anew?.kind === 'own-identity')
			await alarms.renew({ type: 'started-anew', confirmedBy: anew.confirmedBy });
	}

	/** The leaf is what was signed; the statement has to be the one behind it. */
	async #entryOf({ index, leaf }: LeafAt, shown: OwnStatement | undefined): Promise<Entry> {
		if (!shown) return { kind: 'hidden', index };
		const { type } = shown;
		const statement = fromBase64url(shown.statement);
		const { person } = this.#options.account;
		const isIt = equalBytes(leafOf(sha256, { type, person, statement }), leaf);
		return isIt ? this.#read(shown) : { kind: 'hidden', index };
	}

	async #read({ index, type, statement: encoded }: OwnStatement): Promise<Entry> {
		const statement = fromBase64url(encoded);
		const { person, identity } = this.#options.account;
		if (type === STATEMENT.identity) {
			const change = readIdentityChange(statement);
			const isOwn = change?.person === person && equalBytes(change.newKey, identity.publicKey);
			return isOwn
				? { kind: 'own-identity', index, confirmedBy: change.vouch?.admin ?? null }
				: { kind: 'foreign-identity', index };
		}
		if (type === STATEMENT.restoration) {
			const request = readRestoration(statement)?.restoration.request ?? null;
			return { kind: 'restoration', index, request };
		}
		if (type === STATEMENT.custodians)
			return { kind: 'custodians', index, statement: await this.#ownKey(statement) };
		if (type !== STATEMENT.device) return { kind: 'other', index };
		const isOwn = await verifyCertificate(statement, identity.publicKey);
		try {
			const { device, name } = readCertificate(statement);
			return { kind: 'device', index, device, name, isOwn };
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
			return { kind: 'device', index, device: null, name: '', isOwn };
		}
	}

	/** Null for one that this person's identity key has not signed. */
	async #ownKey(bytes: Uint8Array): Promise<CustodiansStatement | null> {
		const { person, identity, authority } = this.#options.account;
		try {
			const statement = await openStatement(authority.domain, bytes);
			const isOwn =
				statement.admin === person && equalBytes(statement.adminKey, identity.publicKey);
			return isOwn ? statement : null;
		} catch (error) {
			if (error instanceof ProtocolError) return null;
			throw error;
		}
	}
}
