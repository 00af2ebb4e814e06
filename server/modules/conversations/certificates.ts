/** Whose messages a person may read, with the certificates that tell them from others'. */
import type { CertificatePage, CertificatesInput } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { findCertificates } from './queries/memberships.ts';

/** A certificate is some 250 bytes. */
const PAGE = 500;

export const readCertificates = async (
	db: ReadDb,
	{ person }: Caller,
	{ conversations, devices, after }: CertificatesInput
): Promise<CertificatePage> => {
	const rows = await findCertificates(db, person, {
		conversations,
		only: devices,
		after,
		limit: PAGE + 1
	});
	const page = rows.slice(0, PAGE);
	return {
		certificates: page.map(({ device, person: owner, certificate }) => ({
			device,
			person: owner,
			certificate: certificate.toString('base64url')
		})),
		next: rows.length > PAGE ? (page.at(-1)?.device ?? null) : null
	};
};
