/** A self-signed TLS certificate (RFC 5280) for tests: made anew each time, valid for a day, never stored. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
	bitString,
	element,
	explicit,
	integer,
	objectId,
	octetString,
	sequence,
	set,
	utcTime,
	utf8String,
	yes
} from './der.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const DAY = 86_400_000;

const pem = (label: string, der: Uint8Array): string =>
	`-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/** Key and certificate as PEM for these host names; the certificate is its own authority. */
export function makeCertificate(hosts: readonly [string, ...string[]]): {
	key: string;
	cert: string;
} {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
	const name = sequence(set(sequence(objectId(COMMON_NAME), utf8String(hosts[0]))));
	const extension = (id: string, content: Uint8Array, ...critical: Uint8Array[]): Buffer =>
		sequence(objectId(id), ...critical, octetString(content));
	const body = sequence(
		explicit(0, integer(Buffer.from([2]))),
		integer(randomBytes(16)),
		algorithm,
		name,
		sequence(utcTime(new Date(Date.now() - DAY)), utcTime(new Date(Date.now() + DAY))),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		explicit(
			3,
			sequence(
				extension(BASIC_CONSTRAINTS, sequence(yes()), yes()),
				// dNSName is [2] IMPLICIT IA5String.
				extension(
					SUBJECT_ALT_NAME,
					sequence(...hosts.map((host) => element(0x82, Buffer.from(host))))
				)
			)
		)
	);
	const signature = sign('sha256', body, privateKey);
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: pem('CERTIFICATE', sequence(body, algorithm, bitString(signature)))
	};
}
