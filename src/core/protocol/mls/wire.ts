/** MLS messages as bytes (RFC 9420 §6). Accepts exactly one encoding of each: what was decoded must encode to the same bytes. */
import {
	decodeMlsMessage,
	encodeMlsMessage,
	type GroupInfo,
	type KeyPackage,
	type MLSMessage,
	type PublicMessage,
	type Welcome
} from 'ts-mls';
import { equalBytes } from '#core/crypto/bytes.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';

const VERSION = 'mls10';

function decode(bytes: Uint8Array): MLSMessage {
	try {
		const decoded = decodeMlsMessage(bytes, 0);
		if (decoded !== undefined && equalBytes(encodeMlsMessage(decoded[0]), bytes)) return decoded[0];
	} catch (cause) {
		throw new ProtocolError('malformed', 'not an MLS message', { cause });
	}
	throw new ProtocolError('malformed', 'not an MLS message');
}

export const encodeCommit = (message: MLSMessage): Uint8Array => encodeMlsMessage(message);

export const encodeExternalCommit = (publicMessage: PublicMessage): Uint8Array =>
	encodeMlsMessage({ version: VERSION, wireformat: 'mls_public_message', publicMessage });

export const encodeWelcome = (welcome: Welcome): Uint8Array =>
	encodeMlsMessage({ version: VERSION, wireformat: 'mls_welcome', welcome });

export const encodeGroupInfo = (groupInfo: GroupInfo): Uint8Array =>
	encodeMlsMessage({ version: VERSION, wireformat: 'mls_group_info', groupInfo });

export const encodeKeyPackage = (keyPackage: KeyPackage): Uint8Array =>
	encodeMlsMessage({ version: VERSION, wireformat: 'mls_key_package', keyPackage });

export function decodeCommit(bytes: Uint8Array): PublicMessage {
	const message = decode(bytes);
	requireThat(message.wireformat === 'mls_public_message', 'not a public message', 'malformed');
	return message.publicMessage;
}

export function decodeWelcome(bytes: Uint8Array): Welcome {
	const message = decode(bytes);
	requireThat(message.wireformat === 'mls_welcome', 'not a Welcome', 'malformed');
	return message.welcome;
}

export function decodeGroupInfo(bytes: Uint8Array): GroupInfo {
	const message = decode(bytes);
	requireThat(message.wireformat === 'mls_group_info', 'not a GroupInfo', 'malformed');
	return message.groupInfo;
}

export function decodeKeyPackage(bytes: Uint8Array): KeyPackage {
	const message = decode(bytes);
	requireThat(message.wireformat === 'mls_key_package', 'not a key package', 'malformed');
	return message.keyPackage;
}
