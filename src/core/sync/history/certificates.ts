/**
 * Whose device a message came from, for those who wrote before this device was there: certificates of all devices
 * of a conversation's people, gone and revoked ones included. Each is checked once under the identity key that is
 * pinned for its person, and kept. Must never take the server's word for whose device it is.
 */
import { MAX_CERTIFICATE_DEVICES, type CertificatePage } from '#shared/contract/conversations.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { fingerprintOf, readCertificate, verifyCertificate } from '#core/protocol/certificate.ts';
import type { Sender } from '#core/protocol/envelope.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { CertificateRecord } from '#core/store/account-records.ts';
import type { SyncContext } from '../context.ts';

/** Somebody's device for sure. */
export interface Author extends Sender {
	fingerprint: Uint8Array;
}

const KEPT = 4096;

export class Certificates {
	readonly #context: SyncContext;
	readonly #authors = new Map<string, Author>();

	constructor(context: SyncContext) {
		this.#context = context;
	}

	/** Those of these devices of which it is known whose they are, by device. */
	async authorsOf(
		conversation: string,
		devices: ReadonlySet<string>
	): Promise<ReadonlyMap<string, Author>> {
		const unknown = await this.#fromStore([...devices].filter((each) => !this.#authors.has(each)));
		for (let at = 0; at < unknown.length; at += MAX_CERTIFICATE_DEVICES)
			await this.#fetch(conversation, unknown.slice(at, at + MAX_CERTIFICATE_DEVICES));
		const found = new Map<string, Author>();
		for (const device of devices) {
			const author = this.#authors.get(device);
			if (author) found.set(device, author);
		}
		for (const [oldest] of this.#authors) {
			if (this.#authors.size <= KEPT) break;
			this.#authors.delete(oldest);
		}
		return found;
	}

	/** Which of them the store does not have. */
	async #fromStore(devices: string[]): Promise<string[]> {
		const records = await this.#context.store.read.certificates.bulkGet(devices);
		for (const record of records) if (record) this.#authors.set(record.device, authorOf(record));
		return devices.filter((_, index) => !records[index]);
	}

	async #fetch(conversation: string, devices: string[]): Promise<void> {
		const { server, directory, store } = this.#context;
		for (let from: string | null = null; ;) {
			const after: { after?: string } = from === null ? {} : { after: from };
			const page: CertificatePage = await server.call(({ conversations }) =>
				conversations.certificates({
					conversations: [conversation],
					devices,
					...after
				})
			);
			const wanted = new Set(devices);
			const records = page.certificates
				.filter(({ device }) => wanted.has(device))
				.map((each) => ({ ...each, certificate: bytesOf(each.certificate) }));
			if (records.some(({ person }) => !directory.identityKeyOf(person))) await directory.refresh();
			const checked = await Promise.all(records.map((record) => this.#isGood(record)));
			const good = records.filter((_, index) => checked[index]);
			await store.write(['certificates'], async (tables) => {
				await tables.certificates.bulkPut(good);
			});
			for (const record of good) this.#authors.set(record.device, authorOf(record));
			// Whatever the server says: it goes on, or it ends.
			if (page.next === null || page.next <= (from ?? '')) return;
			from = page.next;
		}
	}

	async #isGood({ person, device, certificate }: CertificateRecord): Promise<boolean> {
		const { trust } = this.#context;
		const identityKey = trust.identityKeyOf(person);
		if (!identityKey) return false;
		try {
			const claims = readCertificate(certificate);
			const isTheirs =
				claims.person === person &&
				claims.device === device &&
				claims.authority === trust.authority;
			return isTheirs && (await verifyCertificate(certificate, identityKey));
		} catch (error) {
			if (error instanceof ProtocolError || error instanceof RangeError) return false;
			throw error;
		}
	}
}

/** Empty for what is no encoding of bytes: no certificate either. */
function bytesOf(encoded: string): Uint8Array {
	try {
		return fromBase64url(encoded);
	} catch {
		return new Uint8Array();
	}
}

function authorOf({ person, device, certificate }: CertificateRecord): Author {
	const { signatureKey } = readCertificate(certificate);
	return { person, device, signatureKey, fingerprint: fingerprintOf(signatureKey) };
}
