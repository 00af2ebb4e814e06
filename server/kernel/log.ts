/**
 * Structured logs: one JSON object a line on standard output. Never content, tokens, keys, query
 * strings or the text of an unexpected error: drivers put values of rows and parameters into it.
 */
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of fields that are cut out wherever somebody logs them by mistake, two levels deep. */
const SECRET_FIELDS = [
	'authorization',
	'cookie',
	'set-cookie',
	'password',
	'secret',
	'token',
	'privateKey',
	'secretKey',
	'databaseUrl',
	'p256dh',
	'auth',
	'endpoint',
	'envelope',
	'body',
	'text'
].map((field) => `["${field}"]`);

const CAUSES_SHOWN = 4;

/** An error without its text: name, code, where it was thrown, and the same of its causes. */
function describeError(error: unknown, depth = 0): object {
	if (!(error instanceof Error)) return { name: typeof error };
	const { code, constraint, table, routine } = error as Error & Record<string, unknown>;
	const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
	return {
		name: error.name,
		...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
		...(typeof constraint === 'string' ? { constraint } : {}),
		...(typeof table === 'string' ? { table } : {}),
		...(typeof routine === 'string' ? { routine } : {}),
		at: frames.slice(0, 8).map((line) => line.trim().slice(3)),
		...(error.cause && depth < CAUSES_SHOWN ? { cause: describeError(error.cause, depth + 1) } : {})
	};
}

/** Pass errors as `{ error }`. `destination` is standard output unless a test gives another. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
	return pino(
		{
			level,
			base: null,
			messageKey: 'message',
			timestamp: () => `,"time":"${new Date().toISOString()}"`,
			formatters: { level: (label) => ({ level: label }) },
			serializers: { error: (error: unknown) => describeError(error) },
			redact: {
				paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*${field}`)],
				remove: true
			}
		},
		destination ?? pino.destination({ dest: 1, sync: true })
	);
}
