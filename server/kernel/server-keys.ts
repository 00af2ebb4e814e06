/**
 * The server's own keys: made on the first start, kept in `DATA_DIR/keys` for its owner only. Whoever
 * loses them loses every push subscription (VAPID), the way into the embedded database, and every container that
 * is opened by a PIN; they belong into the backup together with it. They must never be logged or sent.
 */
import {
	createECDH,
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	randomBytes,
	type KeyObject
} from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createDurably } from './durable-file.ts';
import { StartError } from './start-error.ts';

export interface ServerKeys {
	/** RFC 8292: P-256, the public key as uncompressed point, both base64url. */
	readonly vapid: { readonly publicKey: string; readonly privateKey: string };
	/** Ed25519, for whatever the server has to sign or derive from a secret of its own. */
	readonly signing: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
	/** 32 bytes, one half of what the shares of containers' keys are made of (modules/unlock). */
	readonly unlock: Buffer;
	/** Hexadecimal, for the embedded PostgreSQL only. */
	readonly databasePassword: string;
}

const OWNER_ONLY = 0o600;

function keep(folder: string, name: string, make: () => string): string {
	const file = path.join(folder, name);
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	createDurably(file, make(), { mode: OWNER_ONLY });
	return readFileSync(file, 'utf8');
}

function makeVapidKeys(): string {
	const pair = createECDH('prime256v1');
	const publicKey = pair.generateKeys('base64url', 'uncompressed');
	// The number may be short of its 32 bytes.
	const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
		.subarray(-32)
		.toString('base64url');
	return JSON.stringify({ publicKey, privateKey });
}

function readVapidKeys(text: string): ServerKeys['vapid'] {
	const { publicKey, privateKey } = JSON.parse(text) as Record<string, unknown>;
	if (typeof publicKey !== 'string' || typeof privateKey !== 'string') throw new Error('no keys');
	return Object.freeze({ publicKey, privateKey });
}

const makeSigningKey = (): string =>
	generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

const makeUnlockKey = (): string => randomBytes(32).toString('hex');

function readUnlockKey(text: string): Buffer {
	const key = Buffer.from(text.trim(), 'hex');
	if (key.length !== 32) throw new Error('no key');
	return key;
}

/** Throws `StartError` where the folder can't be used or a file in it is damaged. */
export function openServerKeys(dataDir: string): ServerKeys {
	const folder = path.join(dataDir, 'keys');
	mkdirSync(folder, { recursive: true });
	chmodSync(folder, 0o700);
	try {
		const vapid = readVapidKeys(keep(folder, 'vapid.json', makeVapidKeys));
		const privateKey = createPrivateKey(keep(folder, 'signing.pem', makeSigningKey));
		const databasePassword = keep(folder, 'database-password', () =>
			randomBytes(32).toString('hex')
		).trim();
		const unlock = readUnlockKey(keep(folder, 'unlock-key', makeUnlockKey));
		return Object.freeze({
			vapid,
			unlock,
			signing: Object.freeze({ privateKey, publicKey: createPublicKey(privateKey) }),
			databasePassword
		});
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).syscall) throw cause;
		throw new StartError(`A file in ${folder} is damaged: restore the folder from your backup.`, {
			cause
		});
	}
}
