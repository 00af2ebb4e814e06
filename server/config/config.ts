/**
 * The only reader of the environment. Read once at the start, frozen and passed on; a wrong setting
 * stops the start with one sentence that names the variable and the remedy, never its value.
 */
import path from 'node:path';
import { StartError } from '#server/kernel/start-error.ts';
import type { LogLevel } from '#server/kernel/log.ts';
import type * as z from 'zod/mini';
import { SETTINGS, type SettingName } from './settings.ts';

export interface Config {
	readonly port: number;
	readonly host: string;
	/** Scheme, host and port that people open; every link and cookie rests on it. */
	readonly origin: string;
	/** Absolute folder of keys, logs and the embedded database. */
	readonly dataDir: string;
	/** Null: the embedded PostgreSQL under `dataDir`. */
	readonly databaseUrl: string | null;
	readonly authority: { readonly name: string; readonly domain: string };
	/** Contact in the signature of every push (RFC 8292, section 2.1). */
	readonly vapidSubject: string;
	readonly logLevel: LogLevel;
	/** Addresses and ranges whose `X-Forwarded-For` is believed. */
	readonly trustedProxies: readonly string[];
	/** Multiplies every allowance of calls; 1 is what people need. */
	readonly rateLimitFactor: number;
	/** Bytes that all clients together may make the server keep, see server/kernel/held-memory.ts. */
	readonly clientMemory: number;
	/** Whether push services may be in private address ranges or speak http: for tests only. */
	readonly pushAllowPrivate: boolean;
}

const MIB = 1024 * 1024;

type Value<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['schema']>;

/** `environment` is `process.env` at the start and anything else in a test. Throws `StartError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
	function read<Name extends SettingName>(name: Name): Value<Name> | undefined {
		const text = environment[name]?.trim();
		if (!text) return undefined;
		const { schema, remedy } = SETTINGS[name];
		const result = schema.safeParse(text);
		if (!result.success) throw new StartError(`${name} is wrong: ${remedy}.`);
		return result.data as Value<Name>;
	}

	const port = read('PORT') ?? 3000;
	const origin = read('ORIGIN') ?? `http://localhost:${port}`;
	const { hostname, protocol } = new URL(origin);
	const domain = read('AUTHORITY_DOMAIN') ?? (hostname.startsWith('[') ? 'localhost' : hostname);
	return Object.freeze({
		port,
		host: read('HOST') ?? '127.0.0.1',
		origin,
		dataDir: read('DATA_DIR') ?? path.resolve('data'),
		databaseUrl: read('DATABASE_URL') ?? null,
		authority: Object.freeze({ name: read('AUTHORITY_NAME') ?? 'Dienstweg', domain }),
		vapidSubject:
			read('VAPID_SUBJECT') ?? (protocol === 'https:' ? origin : `mailto:postmaster@${domain}`),
		logLevel: read('LOG_LEVEL') ?? 'info',
		trustedProxies: Object.freeze(read('TRUSTED_PROXY') ?? []),
		rateLimitFactor: read('RATE_LIMIT_FACTOR') ?? 1,
		clientMemory: (read('CLIENT_MEMORY') ?? 256) * MIB,
		pushAllowPrivate: read('PUSH_ALLOW_PRIVATE') ?? false
	});
}
