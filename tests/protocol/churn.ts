/**
 * A group under churn: people come and go, devices are added, lost and revoked, keys renewed, states written
 * down and read again, some devices sleep and come back by external commit. Every commit is processed by every
 * device that is awake, and after each step all of them must agree.
 */
import { toBase64url } from '#core/crypto/bytes.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { deserialiseGroup, type Group, type PendingCommit } from '#core/protocol/group.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import { createGroup, joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import type { CommitChange } from '#core/protocol/mls/draft.ts';
import type { StoredKeyPackage } from '#core/protocol/mls/key-package.ts';
import {
	adding,
	enrol,
	makeDevice,
	makeWorld,
	packageFor,
	type World,
	rosterOf
} from '#tests/protocol/people.ts';
import type { Chance } from '#tests/protocol/random.ts';

interface Awake {
	self: DeviceKeys;
	group: Group;
}

/** Devices that process every commit; the rest of the group sleeps. */
const MAX_AWAKE = 5;

export class Churn {
	readonly counts = new Map<string, number>();
	readonly #world: World = makeWorld();
	readonly #devices = new Map<string, DeviceKeys>();
	#awake: Awake[] = [];
	#groupInfo: Uint8Array = new Uint8Array();

	constructor(
		private readonly chance: Chance,
		private readonly target: number
	) {}

	async start(): Promise<void> {
		const self = await this.#newPerson();
		const id = uuidV4();
		const group = await createGroup({ id, kind: 'group', self, now: this.#world.now() });
		this.#awake = [{ self, group }];
		while (this.#leaves < this.target) await this.addPeople();
	}

	/** One step of a random kind, leaning towards the target size. */
	async step(): Promise<void> {
		const big = this.#leaves > this.target;
		const small = this.#leaves < this.target - 5;
		const kinds = [
			this.update,
			this.externalDevice,
			this.resync,
			this.replace,
			this.changeAdmins,
			this.serialise,
			this.revoke,
			...(big ? [this.removePeople, this.revoke] : [this.addPeople, this.addDevice]),
			...(small ? [this.addPeople, this.addPeople, this.externalDevice] : [])
		];
		const kind = this.chance.pick(kinds);
		await kind.call(this);
		this.counts.set(kind.name, (this.counts.get(kind.name) ?? 0) + 1);
		await this.#agree();
	}

	async addPeople(): Promise<void> {
		const added = [];
		for (let count = 1 + this.chance.below(3); count > 0; count--)
			added.push(await this.#newPerson());
		await this.#commit(await this.#admin(), {}, added);
	}

	async addDevice(): Promise<void> {
		const by = this.chance.pick(this.#awake);
		await this.#commit(by, {}, [await this.#newDevice(this.#somebody())]);
	}

	async removePeople(): Promise<void> {
		const by = await this.#admin();
		const others = this.#people.filter((person) => person !== by.self.person);
		await this.#commit(by, { removePeople: this.chance.some(others, 2) }, []);
	}

	/** Anybody carries out what the server wants removed. */
	async revoke(): Promise<void> {
		const by = this.chance.pick(this.#awake);
		const others = by.group.members.filter(({ device }) => device !== by.self.device);
		const gone = this.chance.some(others, 1 + this.chance.below(2));
		await this.#commit(by, { removeDevices: gone.map(({ device }) => device) }, []);
	}

	/** Out and in by one commit: the new leaf takes the old one's place. */
	async replace(): Promise<void> {
		const by = await this.#admin();
		const others = this.#people.filter((person) => person !== by.self.person);
		const removePeople = this.chance.some(others, 1);
		await this.#commit(by, { removePeople }, [await this.#newPerson()]);
	}

	async changeAdmins(): Promise<void> {
		const by = await this.#admin();
		const admins = [by.self.person, ...this.chance.some(this.#people, 3)];
		await this.#commit(by, { admins: [...new Set(admins)] }, []);
	}

	async update(): Promise<void> {
		await this.#commit(this.chance.pick(this.#awake), {}, []);
	}

	async externalDevice(): Promise<void> {
		await this.#joinExternally(await this.#newDevice(this.#somebody()));
	}

	/** A device that lost track, asleep or awake, comes back over its old leaf. */
	async resync(): Promise<void> {
		const { device } = this.chance.pick(this.#one.group.members);
		const self = this.#devices.get(device);
		if (self !== undefined) await this.#joinExternally(self);
	}

	async serialise(): Promise<void> {
		for (const awake of this.chance.some(this.#awake, 4))
			awake.group = deserialiseGroup(awake.group.serialise(), awake.self);
	}

	get #one(): Awake {
		return this.chance.pick(this.#awake);
	}
	get #leaves(): number {
		return this.#one.group.members.length;
	}
	get #people(): string[] {
		return [...new Set(this.#one.group.members.map(({ person }) => person))];
	}
	#somebody = (): string => this.chance.pick(this.#people);

	async #newPerson(): Promise<DeviceKeys> {
		const self = await enrol(this.#world);
		this.#devices.set(self.device, self);
		return self;
	}

	async #newDevice(person: string): Promise<DeviceKeys> {
		const owner = this.#world.people.get(person);
		if (owner === undefined) throw new Error('unknown person');
		const self = await makeDevice(owner);
		this.#devices.set(self.device, self);
		return self;
	}

	/** A device of an admin that is awake; wakes one up when there is none. */
	async #admin(): Promise<Awake> {
		const { policy, members } = this.#one.group;
		const isAdmin = ({ self }: Awake) => policy.admins.includes(self.person);
		if (!this.#awake.some(isAdmin)) {
			const asleep = members.filter(({ person }) => policy.admins.includes(person));
			const self = this.#devices.get(this.chance.pick(asleep).device);
			if (self !== undefined) await this.#joinExternally(self);
		}
		return this.chance.pick(this.#awake.filter(isAdmin));
	}

	#context(pendingRemovals: readonly string[]) {
		return { trust: this.#world, pendingRemovals, memberPeople: this.#people };
	}

	async #commit(by: Awake, change: CommitChange, added: DeviceKeys[]): Promise<void> {
		const packages = await Promise.all(added.map((self) => packageFor(self)));
		const add = added.map((self, at) => adding(self, packages[at] as StoredKeyPackage));
		const context = this.#context(change.removeDevices ?? []);
		const made = await by.group.commit({ ...change, add }, context);
		const newcomers: Awake[] = [];
		for (const [at, self] of added.entries()) {
			// At least one of the newcomers joins at once; the others sleep on.
			if (at > 0 && this.chance.below(2) === 0) continue;
			const joined = await joinByWelcome({
				id: by.group.id,
				welcome: made.welcome ?? new Uint8Array(),
				keyPackages: [packages[at] as StoredKeyPackage],
				self,
				trust: this.#world
			});
			newcomers.push({ self, group: joined.group });
		}
		await this.#deliver(made, by, context.pendingRemovals);
		this.#wake(...newcomers);
	}

	async #joinExternally(self: DeviceKeys): Promise<void> {
		const made = await joinByExternalCommit({
			id: this.#one.group.id,
			groupInfo: this.#groupInfo,
			self,
			trust: this.#world,
			roster: rosterOf(this.#one.group)
		});
		await this.#deliver(made, undefined, []);
		this.#wake({ self, group: made.next });
	}

	async #deliver(
		made: PendingCommit,
		by: Awake | undefined,
		pendingRemovals: readonly string[]
	): Promise<void> {
		const context = this.#context(pendingRemovals);
		const gone = new Set(made.removed.map(({ device }) => device));
		const step = async (awake: Awake): Promise<Awake | undefined> => {
			if (awake === by) return { ...awake, group: made.next };
			const { next } = await awake.group.process(made.commit, context);
			if ((next === 'removed') !== gone.has(awake.self.device))
				throw new Error('disagreement about who is out');
			return next === 'removed' ? undefined : { ...awake, group: next };
		};
		const stepped = await Promise.all(this.#awake.map(step));
		this.#awake = stepped.filter((awake) => awake !== undefined);
		this.#groupInfo = made.groupInfo;
	}

	#wake(...woken: Awake[]): void {
		this.#awake.push(...woken);
		while (this.#awake.length > MAX_AWAKE)
			this.#awake.splice(this.chance.below(this.#awake.length - 1), 1);
	}

	async #agree(): Promise<void> {
		const views = await Promise.all(
			this.#awake.map(async ({ group }) =>
				JSON.stringify([
					group.epoch,
					toBase64url(group.epochAuthenticator),
					toBase64url((await group.epochKey()).key),
					group.policy,
					group.members.map(({ person, device }) => [person, device])
				])
			)
		);
		if (new Set(views).size !== 1) throw new Error('the devices disagree');
	}
}
