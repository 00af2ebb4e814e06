/** Puts the parts of sync together for one account. Knows every part, does nothing else. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Me } from '#shared/contract/session.ts';
import type { Store } from '#core/store/database.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import { Account } from '#core/sync/account/account.ts';
import { RecoverySealing } from '#core/sync/account/recovery-recipients.ts';
import { PersonalItems } from '#core/sync/account/personal.ts';
import { shareAll } from '#core/sync/account/shared.ts';
import type { SyncContext } from '#core/sync/context.ts';
import { takeRead } from '#core/sync/conversation-states.ts';
import { Directory } from '#core/sync/directory.ts';
import { EpochKeys } from '#core/sync/epoch-keys.ts';
import { Groups } from '#core/sync/groups.ts';
import { HistoryProgress } from '#core/sync/history/progress.ts';
import { KeyedLock } from '#core/sync/keyed-lock.ts';
import { Memory } from '#core/sync/memory.ts';
import { Orders } from '#core/sync/orders.ts';
import { Pauses, TIMING } from '#core/sync/pause.ts';
import { KeptPolicy } from '#core/sync/policy.ts';
import { Server } from '#core/sync/server.ts';
import { Sync } from '#core/sync/sync.ts';
import { Transparency } from '#core/sync/transparency/transparency.ts';
import type { EngineOptions } from './options.ts';
import { DEFAULT_SETTINGS } from './presenting.ts';

type Options = Pick<EngineOptions, 'transport' | 'clock' | 'random' | 'timing'>;

/** What the server tells of this device now. */
const keepMe = (store: Store, { device }: Me): Promise<void> =>
	store.write(['facts'], async ({ facts }) => {
		const known = await facts.get('account');
		if (known?.name === 'account') await facts.put({ ...known, device });
	});

/** Reads what the parts need from the store; nothing is sent yet. */
export async function composeSync(
	{ transport, clock = Date, random = Math.random, timing: given = {} }: Options,
	store: Store,
	account: AccountFact
): Promise<Sync> {
	const timing = { ...TIMING, ...given };
	const memory = new Memory();
	const self = {
		person: account.person,
		device: account.deviceId,
		signature: account.signature,
		certificate: account.certificate
	};
	const server = new Server(
		transport,
		{
			device: account.deviceId,
			authority: account.authority.domain,
			secretKey: account.signature.secretKey
		},
		{
			onSignedIn: (me) => keepMe(store, me),
			onFinal: (code) => memory.setProblem(code)
		}
	);
	const directory = new Directory(store, server, memory);
	await directory.load();
	const recovery = new RecoverySealing(store, server, {
		account,
		directory,
		standingOf: (statement, bytes) => transparency.standingOf(statement, bytes)
	});
	const accountKeys = new Account(store, server, { account, forOthers: recovery.seal });
	await accountKeys.load();
	const epochKeys = new EpochKeys(store);
	const personal = new PersonalItems(store, server, accountKeys);
	const shared = shareAll(personal, { store, directory, defaults: DEFAULT_SETTINGS });
	await shared.reads.load();
	accountKeys.onSetBack = async () => {
		await epochKeys.unshare();
		await personal.startOver();
	};
	const pauses = new Pauses(timing, random);
	const locks = { state: new KeyedLock(), sending: new KeyedLock() };
	const now = (): number => clock.now();
	const transparency = new Transparency({
		store,
		server,
		directory,
		memory,
		account,
		stateLock: locks.state,
		pause: () => pauses.sleep(random() * timing.election).then(() => !pauses.closed),
		onTakenOn: (person) => shared.verified.tell(person, null),
		now
	});
	await transparency.load();
	directory.onRefreshed = () => transparency.onDirectory();
	const context: SyncContext = {
		store,
		server,
		directory,
		memory,
		groups: new Groups(store, self),
		epochKeys,
		account: accountKeys,
		recovery,
		personal,
		shared,
		policy: new KeptPolicy(store, server),
		orders: new Orders(server, memory, () => clock.now()),
		history: new HistoryProgress(memory),
		transparency,
		self,
		trust: {
			identityKeyOf: (person) => directory.identityKeyOf(person),
			isLogged: (member) => transparency.isLogged(member),
			authority: account.authority.domain,
			now
		},
		pauses,
		timing,
		random,
		now,
		locks
	};
	const sync = new Sync(context, {
		async onDevices() {
			const devices = await server.call((calls) => calls.devices.list({}));
			const device = devices.find(({ id }) => id === self.device);
			if (!device) throw new DienstwegError('not_found');
			await store.write(['facts'], async ({ facts }) => {
				const known = await facts.get('account');
				if (known?.name === 'account') await facts.put({ ...known, device });
			});
			await transparency.follow();
		}
	});
	transparency.onConfirmed = () => sync.catchUp();
	shared.reads.onRead = (conversation, seq) => takeRead(context, conversation, seq);
	await sync.ownDevices.backfill.load();
	return sync;
}
