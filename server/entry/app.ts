/** Starts and stops the whole server, in one process: database, API, pages, HTTP. Reads no environment. */
import { mkdirSync } from 'node:fs';
import type { Config } from '#server/config/config.ts';
import { openConfiguredDatabase } from '#server/db/open.ts';
import { systemClock, type Clock } from '#server/kernel/clock.ts';
import { createLog, type Log } from '#server/kernel/log.ts';
import { openServerKeys } from '#server/kernel/server-keys.ts';
import { StartError } from '#server/kernel/start-error.ts';
import { createApi } from './api.ts';
import { createHealth } from './health.ts';
import { startHttpServer } from './http-server.ts';
import { openWeb } from './web.ts';

export interface RunningServer {
	/** Where people open it: the configured origin. */
	readonly url: string;
	/** The first administrator's link while nobody has joined, then null. */
	firstAdministratorLink(): Promise<string | null>;
	/** Lets requests end, then closes everything; may be called twice. */
	close(): Promise<void>;
}

export interface StartOptions {
	log?: Log;
	clock?: Clock;
	/** The database was lost for good: the server can't go on. */
	onLost?: (error: unknown) => void;
}

/** As root, PostgreSQL's user passes through; otherwise nobody else has any business here. */
function openDataDir(dataDir: string): void {
	mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

function explain(cause: unknown, dataDir: string): unknown {
	const { code, path } = cause as { code?: string; path?: string };
	const meant = typeof path === 'string' ? path : dataDir;
	const sentence = {
		EACCES: `${meant} can't be used by this user: give it to the user who starts the server, or set DATA_DIR to another folder.`,
		EPERM: `${meant} can't be used by this user: give it to the user who starts the server, or set DATA_DIR to another folder.`,
		EROFS: `${meant} can't be written: set DATA_DIR to a folder on a disk that can be written.`,
		ENOSPC: `${meant} can't be written because the disk is full: make room, and start again.`,
		ENOTDIR: `${meant} is no folder: set DATA_DIR to one.`,
		EEXIST: `${meant} is no folder: set DATA_DIR to one.`
	}[code ?? ''];
	return sentence === undefined ? cause : new StartError(sentence, { cause });
}

/** Resolves when the first request can be answered. Throws `StartError` for what a person can mend. */
export async function startServer(
	config: Config,
	options: StartOptions = {}
): Promise<RunningServer> {
	const { log = createLog(config.logLevel), clock = systemClock } = options;
	const closing: (() => Promise<void> | void)[] = [];
	let closed: Promise<void> | undefined;
	const close = (): Promise<void> =>
		(closed ??= (async () => {
			for (const step of closing.toReversed()) await step();
		})());

	try {
		openDataDir(config.dataDir);
		const keys = openServerKeys(config.dataDir);
		const onLost = options.onLost ?? (() => void close());
		// Read while PostgreSQL starts; a failure is met where it is awaited.
		const reading = openWeb();
		reading.catch(() => undefined);
		const { database, close: closeDatabase } = await openConfiguredDatabase({
			config,
			keys,
			log,
			onLost
		});
		closing.push(closeDatabase);
		const web = await reading;
		const { version } = web;
		const api = await createApi({ config, clock, log, database, keys, version });
		const health = createHealth(database);
		const http = await startHttpServer({ config, log, api, web, health }).catch(
			async (error: unknown) => {
				await api.close();
				throw error;
			}
		);
		closing.push(async () => {
			health.stop();
			await Promise.all([http.close(), api.close()]);
		});
		return {
			url: config.origin,
			firstAdministratorLink: () => api.firstAdministratorLink(),
			close
		};
	} catch (error) {
		await close();
		throw explain(error, config.dataDir);
	}
}
