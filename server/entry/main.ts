/** The server's process: settings in, signals handled, exit codes out. Everything else is in app.ts. */
import { readConfig } from '#server/config/config.ts';
import { createLog, type Log } from '#server/kernel/log.ts';
import { StartError } from '#server/kernel/start-error.ts';
import { announceFirstAdministrator } from './announce.ts';
import { startServer, type RunningServer } from './app.ts';

/** Longer than requests, connections and PostgreSQL together are given to end. */
const LONGEST_FAREWELL = 75_000;

function giveUp(error: unknown, log?: Log): never {
	if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
	else if (log) log.fatal({ error }, 'the server ended because of a fault');
	else process.stderr.write('The server could not start because of a fault in it.\n');
	process.exit(1);
}

/** Runs `stop` once, at the first signal; the second one ends at once. */
function onSignal(stop: () => Promise<void>, log: Log): void {
	let stopping = false;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (stopping) return;
			stopping = true;
			log.info({ signal }, 'stopping');
			setTimeout(() => process.exit(1), LONGEST_FAREWELL).unref();
			stop().then(
				() => {
					log.info('stopped');
					process.exit(0);
				},
				(error: unknown) => giveUp(error, log)
			);
		});
	}
}

async function main(): Promise<void> {
	const config = readConfig(process.env);
	const log = createLog(config.logLevel);
	let server: RunningServer | undefined;
	const leave = (error: unknown): void => {
		log.fatal({ error }, 'the server ended because of a fault');
		const ended = server?.close() ?? Promise.resolve();
		void ended.finally(() => process.exit(1));
	};
	process.on('uncaughtException', leave);
	process.on('unhandledRejection', leave);

	const starting = startServer(config, { log, onLost: leave });
	// A signal during the start is answered when the start is over: nothing is left half made.
	onSignal(async () => (await starting).close(), log);
	try {
		server = await starting;
	} catch (error) {
		giveUp(error, log);
	}
	log.info({ url: server.url, node: process.version }, 'ready');
	process.stdout.write(`Dienstweg runs at ${server.url}\n`);
	const link = await server.firstAdministratorLink();
	if (link !== null) announceFirstAdministrator(link, (text) => process.stdout.write(text));
}

main().catch((error: unknown) => giveUp(error));
