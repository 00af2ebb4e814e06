/**
 * What a person's devices share: keeps it, orders it, and hands it to the devices that may have it. Can open none
 * of it; who is a device of the person is the one thing that it decides.
 */
import { Buffer } from 'node:buffer';
import type {
	AccountState,
	AddRecipientInput,
	ItemsPage,
	PreviousGeneration,
	PublishSealingKeyInput,
	PutItemInput,
	RotateInput,
	SealedFor,
	SharedKey
} from '#shared/contract/account.ts';
import { MAX_ITEM_BYTES, SHARED_KEYS_LIMIT } from '#shared/contract/account.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Database, ReadDb, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries.ts';

/** Drafts, one a conversation, are most of them. */
const MOST_ITEMS = 10_000;
const ITEMS_PAGE = 100;
/** Bytes of items on one page, unless its only item is larger. */
const PAGE_BYTES = 4 * MAX_ITEM_BYTES;

export interface AccountOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Whether a backup key may be sealed for somebody who is no device: a code or custodians that there are. */
	isRecipient(
		db: ReadDb,
		person: string,
		recipient: Pick<SealedFor, 'kind' | 'id'>
	): Promise<boolean>;
}

export type AccountService = ReturnType<typeof createAccountService>;

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
const textOf = (bytes: Buffer): string => bytes.toString('base64url');

const toRow = (person: string, { kind, id, body }: SealedFor) => ({
	person,
	kind,
	id,
	body: bytesOf(body)
});

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
	a.length === b.length && new Set([...a, ...b]).size === a.length;

/** A device that the newest generation was sealed for has been revoked. */
const isRotationDue = (recipients: { kind: string; revokedAt: Date | null }[]): boolean =>
	recipients.some(({ kind, revokedAt }) => kind === 'device' && revokedAt !== null);

/** As many of the first rows as fit a page. */
const withinPage = <Row extends { body: Buffer | null }>(rows: Row[]): Row[] => {
	let size = 0;
	return rows.filter(({ body }, index) => {
		size += body?.length ?? 0;
		return index === 0 || size <= PAGE_BYTES;
	});
};

export const createAccountService = (options: AccountOptions) => {
	const { database, clock, bus, isRecipient } = options;
	const changed = ({ person }: Caller): void =>
		publishEvent(bus, { kind: 'person', person }, { type: 'account' });

	/** A key of a generation that only those hold who may have it: exactly the devices that are there, and what recovers. */
	const requireAllDevices = async (
		db: WriteDb,
		{ person }: Caller,
		sealed: readonly SealedFor[]
	): Promise<void> => {
		const ready = (await queries.findAccountDevices(db, person)).map(({ device }) => device);
		const given = sealed.flatMap(({ kind, id }) => (kind === 'device' ? [id] : []));
		if (!sameSet(ready, given)) throw new DienstwegError('conflict');
		const names = new Set(sealed.map(({ kind, id }) => `${kind} ${id}`));
		if (names.size !== sealed.length) throw new DienstwegError('bad_request', { field: 'sealed' });
		for (const each of sealed)
			if (each.kind !== 'device' && !(await isRecipient(db, person, each)))
				throw new DienstwegError('conflict');
	};

	return {
		async publishSealingKey(caller: Caller, input: PublishSealingKeyInput): Promise<void> {
			const row = {
				device: caller.device,
				key: bytesOf(input.key),
				signature: bytesOf(input.signature)
			};
			await database.write((db) => queries.storeSealingKey(db, row));
			changed(caller);
		},

		state: (caller: Caller): Promise<AccountState> =>
			database.snapshot(async (db) => {
				const { generation, items } = await queries.findAccount(db, caller.person);
				const devices = await queries.findAccountDevices(db, caller.person);
				const recipients = await queries.findRecipients(db, caller.person);
				const signature = await queries.findSignature(db, caller.person, generation);
				const own = recipients.find(({ kind, id }) => kind === 'device' && id === caller.device);
				return {
					generation,
					sealed: own ? textOf(own.body) : null,
					signature: signature ? textOf(signature) : null,
					devices: devices.map(({ device, kind, ...keys }) => ({
						device,
						kind,
						certificate: textOf(keys.certificate),
						sealingKey: textOf(keys.sealingKey),
						sealingSignature: textOf(keys.sealingSignature)
					})),
					recipients: recipients.map(({ kind, id }) => ({ kind, id })),
					rotationDue: isRotationDue(recipients),
					items
				};
			}),

		async generations(caller: Caller): Promise<PreviousGeneration[]> {
			const rows = await queries.findGenerations(database.read, caller.person);
			return rows.flatMap(({ generation, previous }) =>
				previous ? [{ generation, previous: textOf(previous) }] : []
			);
		},

		/**
		 * Throws `conflict` where another device was first, or the devices are not those that the key was sealed for:
		 * look again.
		 */
		async rotate(caller: Caller, input: RotateInput): Promise<void> {
			const { generation, previous, sealed } = input;
			const { person, device } = caller;
			await database.write(async (db) => {
				const account = await queries.lockAccount(db, person);
				if (generation !== account.generation + 1) throw new DienstwegError('conflict');
				if ((previous === null) !== (generation === 1)) {
					throw new DienstwegError('bad_request', { field: 'previous' });
				}
				await requireAllDevices(db, caller, sealed);
				await queries.insertGeneration(db, {
					person,
					generation,
					previous: previous === null ? null : bytesOf(previous),
					signature: bytesOf(input.signature),
					device,
					createdAt: new Date(clock.now())
				});
				await queries.deleteRecipients(db, person);
				await queries.storeRecipients(
					db,
					sealed.map((each) => toRow(person, each))
				);
				await queries.updateAccount(db, person, { generation });
			});
			changed(caller);
		},

		/** Throws `conflict` where the generation is not the newest any more, or the device is none of the person's. */
		async addRecipient(caller: Caller, input: AddRecipientInput): Promise<void> {
			const { generation, kind, id, body } = input;
			await database.write(async (db) => {
				const account = await queries.lockAccount(db, caller.person);
				if (generation !== account.generation) throw new DienstwegError('conflict');
				const devices = await queries.findAccountDevices(db, caller.person);
				const isTheirs =
					kind === 'device'
						? devices.some(({ device }) => device === id)
						: await isRecipient(db, caller.person, { kind, id });
				if (!isTheirs) throw new DienstwegError('conflict');
				await queries.storeRecipients(db, [toRow(caller.person, { kind, id, body })]);
			});
			changed(caller);
		},

		async items(caller: Caller, after: number): Promise<ItemsPage> {
			const range = { after, limit: ITEMS_PAGE };
			const rows = await queries.findItems(database.read, caller.person, range);
			const page = withinPage(rows);
			return {
				items: page.map(({ name, version, generation, body, change }) => ({
					name: textOf(name),
					version,
					generation,
					body: body && textOf(body),
					change
				})),
				hasMore: page.length < rows.length || rows.length === ITEMS_PAGE
			};
		},

		/** Throws `conflict` where another device has changed it since, `too_large` where there are too many. */
		async putItem(caller: Caller, input: PutItemInput): Promise<{ version: number }> {
			const { person } = caller;
			const name = bytesOf(input.name);
			const version = input.version + 1;
			await database.write(async (db) => {
				const account = await queries.lockAccount(db, person);
				const known = await queries.findItem(db, person, name);
				if ((known?.version ?? 0) !== input.version) throw new DienstwegError('conflict');
				const isNew = known === undefined;
				if (isNew && (await queries.countItems(db, person)) >= MOST_ITEMS) {
					throw new DienstwegError('too_large');
				}
				const body = input.body === null ? null : bytesOf(input.body);
				const change = account.items + 1;
				const { generation } = input;
				await queries.storeItem(db, { person, name, version, generation, body, change });
				await queries.updateAccount(db, person, { items: change });
			});
			changed(caller);
			return { version };
		},

		/**
		 * Keys of conversations that the person never was in are dropped. Throws `conflict` for keys that a device which
		 * was revoked could open: those of an older generation, and all while the next one is due.
		 */
		async addKeys(caller: Caller, keys: SharedKey[]): Promise<void> {
			const { person } = caller;
			const isAdded = await database.write(async (db) => {
				const ids = [...new Set(keys.map(({ conversation }) => conversation))];
				const own = await queries.findOwnConversations(db, person, ids);
				const rows = keys
					.filter(({ conversation }) => own.has(conversation))
					.map(({ conversation, epoch, kid, generation, body }) => ({
						person,
						conversation,
						epoch,
						kid: bytesOf(kid),
						generation,
						body: bytesOf(body)
					}));
				if (rows.length === 0) return false;
				const { generation } = await queries.lockAccount(db, person);
				const isOld = rows.some((row) => row.generation !== generation);
				if (isOld || isRotationDue(await queries.findRecipients(db, person)))
					throw new DienstwegError('conflict');
				await queries.insertKeys(db, rows);
				return true;
			});
			if (isAdded) changed(caller);
		},

		async keys(
			caller: Caller,
			{ conversation, before }: { conversation: string; before?: number | undefined }
		): Promise<SharedKey[]> {
			const range = { person: caller.person, conversation, before, limit: SHARED_KEYS_LIMIT };
			const rows = await queries.findKeys(database.read, range);
			return rows.map(({ epoch, kid, generation, body }) => ({
				conversation,
				epoch,
				kid: textOf(kid),
				generation,
				body: textOf(body)
			}));
		}
	};
};
