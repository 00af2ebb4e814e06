/**
 * Which devices were proven to stand in the log of device keys. Proofs that held are on disk, each for good: the log
 * only grows. Owns that whoever is refused for want of a proof is asked about in one go; must never take a device for
 * logged because the server says so.
 */
import { Id } from '#shared/contract/primitives.ts';
import type { DeviceProof } from '#shared/contract/transparency.ts';
import { MAX_PROVEN_DEVICES } from '#shared/contract/transparency.ts';
import { isIncluded } from '#shared/domain/merkle/proofs.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { STATEMENT, leafOf } from '#shared/domain/transparency-log.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { Member } from '#core/protocol/identity.ts';
import type { LogHead } from '#core/protocol/log-head.ts';
import type { CertificateRecord } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import type { Server } from '../server.ts';
import type { LogFollower } from './follower.ts';
import { hashesOf, refusedIsNull } from './hashes.ts';

type Wanted = Pick<Member, 'person' | 'device' | 'certificate'>;

/** More than a group has devices; what a made-up tree wants beyond is not asked for. */
const MAX_WANTED = 20_000;

const nameOf = (certificate: Uint8Array): string => toBase64url(sha256(certificate));

/** Whether the certificate, as this device knows it, stands where the server says. */
export function isProven(
	{ person, certificate }: Pick<Wanted, 'person' | 'certificate'>,
	{ index, path }: Pick<DeviceProof, 'index' | 'path'>,
	{ size, root }: LogHead
): boolean {
	const steps = hashesOf(path);
	if (!steps) return false;
	const leaf = leafOf(sha256, { type: STATEMENT.device, person, statement: certificate });
	return isIncluded(sha256, { index, size, leafHash: leafHash(sha256, leaf), path: steps, root });
}

export class DeviceProofs {
	readonly #store: Store;
	readonly #server: Server;
	readonly #follower: LogFollower;
	#known: Promise<Set<string>> | null = null;
	#wanted = new Map<string, Wanted>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: Store, server: Server, follower: LogFollower) {
		this.#store = store;
		this.#server = server;
		this.#follower = follower;
	}

	/** Remembers those that are not, for `prove`. */
	async isLogged({ person, device, certificate }: Wanted): Promise<boolean> {
		const known = await this.#load();
		const name = nameOf(certificate);
		if (known.has(name)) return true;
		const isAskable = Id.safeParse(device).success && this.#wanted.size < MAX_WANTED;
		if (isAskable) this.#wanted.set(name, { person, device, certificate });
		return false;
	}

	/**
	 * Fetches proofs for all that were asked for in vain. True when a device was proven that was not before, so that it
	 * is worth trying again. Rejects where the server can't be reached.
	 */
	prove(): Promise<boolean> {
		const result = this.#turn.then(() => this.#prove());
		this.#turn = result.catch(() => undefined);
		return result;
	}

	#load(): Promise<Set<string>> {
		this.#known ??= this.#store.read.certificates
			.toArray()
			.then(
				(records) =>
					new Set(
						records
							.filter(({ index }) => index !== undefined)
							.map(({ certificate }) => nameOf(certificate))
					)
			);
		return this.#known;
	}

	async #prove(): Promise<boolean> {
		const known = await this.#load();
		const wanted = [...this.#wanted].filter(([name]) => !known.has(name)).map(([, each]) => each);
		if (wanted.length === 0) return this.#wanted.size > 0 && this.#forget();
		let proven = this.#follower.head ? await this.#fetch(this.#follower.head, wanted) : [];
		if (proven.length < wanted.length) {
			// Mostly devices that have just been added: they stand in the log since.
			await this.#follower.advance();
			const has = new Set(proven.map(({ device }) => device));
			const missing = wanted.filter(({ device }) => !has.has(device));
			if (this.#follower.head)
				proven = [...proven, ...(await this.#fetch(this.#follower.head, missing))];
		}
		await this.#store.write(
			['certificates'],
			async ({ certificates }) => void (await certificates.bulkPut(proven))
		);
		for (const { certificate } of proven) known.add(nameOf(certificate));
		// Whoever is refused again asks again.
		for (const { certificate } of wanted) this.#wanted.delete(nameOf(certificate));
		return proven.length > 0;
	}

	/** Somebody else's round has proven them meanwhile. */
	#forget(): true {
		this.#wanted.clear();
		return true;
	}

	async #fetch(head: LogHead, wanted: Wanted[]): Promise<CertificateRecord[]> {
		const proven: CertificateRecord[] = [];
		for (let from = 0; from < wanted.length; from += MAX_PROVEN_DEVICES) {
			const part = wanted.slice(from, from + MAX_PROVEN_DEVICES);
			const devices = [...new Set(part.map(({ device }) => device))];
			const proofs = await this.#server
				.call(({ transparency }) => transparency.deviceProofs({ size: head.size, devices }))
				.catch(refusedIsNull);
			const proofOf = new Map((proofs ?? []).map((proof) => [proof.device, proof]));
			for (const each of part) {
				const proof = proofOf.get(each.device);
				if (proof && isProven(each, proof, head)) proven.push({ ...each, index: proof.index });
			}
		}
		return proven;
	}
}
