/**
 * One entry per setting: how its text is read, and the sentence that a wrong one is answered with.
 * The table in README.md lists the same names.
 */
import { isIP } from 'node:net';
import path from 'node:path';
import { LOG_LEVELS, type LogLevel } from '#server/kernel/log.ts';
import * as z from 'zod/mini';

const LOCAL_HOSTS = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|[a-z0-9-]+\.localhost)$/;

function parsesAsUrl(text: string, allowed: (url: URL) => boolean): boolean {
	return URL.canParse(text) && allowed(new URL(text));
}

const isOrigin = (text: string): boolean =>
	parsesAsUrl(
		text,
		(url) =>
			url.pathname === '/' &&
			!url.search &&
			!url.hash &&
			!url.username &&
			(url.protocol === 'https:' || (url.protocol === 'http:' && LOCAL_HOSTS.test(url.hostname)))
	);

const isVapidSubject = (text: string): boolean =>
	/^mailto:[^@\s]+@[^@\s]+$/.test(text) || parsesAsUrl(text, (url) => url.protocol === 'https:');

function isAddressRange(text: string): boolean {
	const [address = '', bits, ...rest] = text.split('/');
	const family = isIP(address);
	if (family === 0 || rest.length > 0) return false;
	return (
		bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
	);
}

const DOMAIN =
	/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

const list = (text: string): string[] =>
	text
		.split(',')
		.map((entry) => entry.trim())
		.filter(Boolean);

/** `schema` reads the text of the variable; `remedy` ends the sentence "NAME is wrong: …". */
export const SETTINGS = {
	PORT: {
		schema: z.pipe(
			z.string().check(z.regex(/^\d{1,5}$/)),
			z.pipe(
				z.transform((text: string) => Number(text)),
				z.int().check(z.minimum(1), z.maximum(65535))
			)
		),
		remedy: 'give a number from 1 to 65535'
	},
	HOST: {
		schema: z.string().check(z.refine((text) => isIP(text) !== 0 || DOMAIN.test(text))),
		remedy: 'give the address to listen on, such as 127.0.0.1, or 0.0.0.0 for all'
	},
	ORIGIN: {
		schema: z.pipe(
			z.string().check(z.refine(isOrigin)),
			z.transform((text: string) => new URL(text).origin)
		),
		remedy:
			'give the address that people open, such as https://chat.example.org without a path (http is allowed for localhost only)'
	},
	DATA_DIR: {
		schema: z.pipe(
			z.string(),
			z.transform((text: string) => path.resolve(text))
		),
		remedy: 'give the folder that keeps the data'
	},
	DATABASE_URL: {
		schema: z
			.string()
			.check(z.refine((text) => parsesAsUrl(text, (url) => /^postgres(ql)?:$/.test(url.protocol)))),
		remedy:
			'give an address such as postgres://user:password@host:5432/database, or leave it out to use the embedded PostgreSQL'
	},
	AUTHORITY_NAME: {
		schema: z.string().check(z.maxLength(120), z.regex(/^[^\p{Cc}]+$/u)),
		remedy: 'give the name of your authority in one line of at most 120 characters'
	},
	AUTHORITY_DOMAIN: {
		schema: z.string().check(z.regex(DOMAIN)),
		remedy: 'give the domain of your authority in small letters, such as stadt-lindenbach.de'
	},
	VAPID_SUBJECT: {
		schema: z.string().check(z.refine(isVapidSubject)),
		remedy:
			'give a contact for the operators of push services, mailto:it@example.org or an https address'
	},
	LOG_LEVEL: {
		schema: z.pipe(
			z.enum(LOG_LEVELS),
			z.transform((level: LogLevel): LogLevel => level)
		),
		remedy: `give one of ${LOG_LEVELS.join(', ')}`
	},
	TRUSTED_PROXY: {
		schema: z.pipe(
			z.string().check(z.refine((text) => list(text).every(isAddressRange))),
			z.transform(list)
		),
		remedy:
			'give the addresses of the reverse proxies in front, separated by commas, such as 127.0.0.1, 10.0.0.0/8'
	},
	RATE_LIMIT_FACTOR: {
		schema: z.pipe(
			z.string().check(z.regex(/^\d{1,6}(\.\d{1,6})?$/)),
			z.pipe(
				z.transform((text: string) => Number(text)),
				z.number().check(z.positive())
			)
		),
		remedy: 'give a number above 0 by which all limits of calls are multiplied, such as 2'
	},
	CLIENT_MEMORY: {
		schema: z.pipe(
			z.string().check(z.regex(/^\d{1,6}$/)),
			z.pipe(
				z.transform((text: string) => Number(text)),
				z.int().check(z.minimum(8))
			)
		),
		remedy: 'give a number of MiB from 8 on, such as 256'
	},
	PUSH_ALLOW_PRIVATE: {
		schema: z.pipe(
			z.enum(['true', 'false']),
			z.transform((text: 'true' | 'false') => text === 'true')
		),
		remedy:
			'give true to allow push services in the own network and without https (for tests), or false'
	}
};

export type SettingName = keyof typeof SETTINGS;
