/** The server's process: settings in, signals handled, exit codes out. Everything else is in app.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '#server/config/config.ts';
import { createLog, type Log } from '#server/kernel/log.ts';
import { StartError } from '#server/kernel/start-error.ts';
import { announceFirstAdministrator } from './announce.ts';
import { startServer, type RunningServer } from './app.ts';

/** Longer than requests, connections and PostgreSQL together are given to end. */
const LONGEST_FAREWELL = 75_000;
const ANNOUNCE_AGAIN = 500;

function say(error: unknown, log?: Log): void {
	if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
	else if (log) log.fatal({ error }, 'the server ended because of a fault');
	else process.stderr.write('The server could not start because of a fault in it.\n');
}

function giveUp(error: unknown, log?: Log): never {
	say(error, log);
	process.exit(1);
}

/** The first of these signals, once; what Ctrl-C sends as well reaches PostgreSQL's first steps too. */
const interrupted = (): Promise<NodeJS.Signals> =>
	new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
	});

async function stop(starting: Promise<RunningServer>, log: Log): Promise<never> {
	setTimeout(() => process.exit(1), LONGEST_FAREWELL).unref();
	// A start that is under way is let to its end, so that nothing is left half made. It may fail because the
	// signal ended one of its helpers as well: that is no news any more.
	const server = await starting.catch(() => undefined);
	try {
		await server?.close();
	} catch (error) {
		giveUp(error, log);
	}
	log.info('stopped');
	process.exit(0);
}

/** The server serves already: a database that is away for a moment delays the link and ends nothing. */
async function announce(server: RunningServer, log: Log, isOver: () => boolean): Promise<void> {
	while (!isOver()) {
		try {
			const link = await server.firstAdministratorLink();
			if (link !== null) announceFirstAdministrator(link, (text) => process.stdout.write(text));
			return;
		} catch (error) {
			log.warn({ error }, 'the link for the first administrator is made a little later');
			await sleep(ANNOUNCE_AGAIN);
		}
	}
}

async function main(): Promise<void> {
	const config = readConfig(process.env);
	const log = createLog(config.logLevel);
	let server: RunningServer | undefined;
	let stopping = false;
	const leave = (error: unknown): void => {
		say(error, log);
		setTimeout(() => process.exit(1), LONGEST_FAREWELL).unref();
		const ended = server?.close() ?? Promise.resolve();
		void ended.finally(() => process.exit(1));
	};
	process.on('uncaughtException', leave);
	process.on('unhandledRejection', leave);

	const interruption = interrupted();
	const starting = startServer(config, { log, onLost: leave });
	void interruption.then((signal) => {
		stopping = true;
		log.info({ signal }, 'stopping');
		return stop(starting, log);
	});
	try {
		server = await starting;
	} catch (error) {
		if (stopping) return;
		giveUp(error, log);
	}
	if (stopping) return;
	log.info({ url: server.url, node: process.version }, 'ready');
	process.stdout.write(`Dienstweg runs at ${server.url}\n`);
	await announce(server, log, () => stopping);
}

main().catch((error: unknown) => giveUp(error));
