/** Opens the database that the settings name: the embedded one, or one that somebody else runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#server/config/config.ts';
import type { Log } from '#server/kernel/log.ts';
import type { ServerKeys } from '#server/kernel/server-keys.ts';
import { StartError } from '#server/kernel/start-error.ts';
import type pg from 'pg';
import { isOutOfReach } from './failure.ts';
import { migrateDatabase } from './migrate.ts';
import { occupy, type Occupancy } from './occupancy.ts';
import { openPool, type DatabaseAddress } from './pool.ts';
import { supervisePostgres } from './postgres/supervisor.ts';
import { openDatabase, type Database } from './transaction.ts';

export interface OpenDatabase {
	readonly database: Database;
	/** Ends the connections, and the embedded PostgreSQL with them. */
	close(): Promise<void>;
}

interface Options {
	config: Config;
	keys: ServerKeys;
	log: Log;
	/** The embedded PostgreSQL died for good, or another server has the database: the server has to end. */
	onLost: (error: unknown) => void;
}

/** A database in a container beside ours may take a moment longer to start than we do. */
const PATIENCE = 15_000;
const POLL = 500;

async function waitFor(pool: pg.Pool): Promise<void> {
	const until = Date.now() + PATIENCE;
	for (;;) {
		try {
			await pool.query('select 1');
			return;
		} catch (cause) {
			if (Date.now() > until || !isOutOfReach(cause)) {
				const { code = 'no answer' } = cause as { code?: string };
				throw new StartError(
					`The database in DATABASE_URL can't be used (${code}): check address, user, password and whether PostgreSQL runs.`,
					{ cause }
				);
			}
			await sleep(POLL);
		}
	}
}

/** `before` the schema is touched, the database answers. */
async function connect(
	address: DatabaseAddress,
	log: Log,
	before = async (): Promise<void> => undefined
): Promise<[pg.Pool, Database]> {
	const pool = openPool(address, log);
	try {
		await waitFor(pool);
		await before();
		await migrateDatabase(pool);
		return [pool, openDatabase(pool)];
	} catch (error) {
		await pool.end();
		throw error;
	}
}

async function openForeign(address: DatabaseAddress, options: Options): Promise<OpenDatabase> {
	const { log, onLost } = options;
	let occupancy: Occupancy | undefined;
	const before = async (): Promise<void> => {
		occupancy = await occupy({ address, log, onLost });
	};
	try {
		const [pool, database] = await connect(address, log, before);
		return {
			database,
			async close() {
				await pool.end();
				await occupancy?.release();
			}
		};
	} catch (error) {
		await occupancy?.release();
		throw error;
	}
}

async function openEmbedded({ config, keys, log, onLost }: Options): Promise<OpenDatabase> {
	const { dataDir } = config;
	const postgres = await supervisePostgres({
		dataDir,
		password: keys.databasePassword,
		log,
		onLost
	});
	try {
		const [pool, database] = await connect(postgres.address, log);
		return {
			database,
			async close() {
				await pool.end();
				await postgres.stop();
			}
		};
	} catch (error) {
		await postgres.stop();
		throw error;
	}
}

/** Resolves when the database answers and has this release's schema. Throws `StartError`. */
export const openConfiguredDatabase = (options: Options): Promise<OpenDatabase> => {
	const { databaseUrl } = options.config;
	if (databaseUrl === null) return openEmbedded(options);
	return openForeign({ connectionString: databaseUrl }, options);
};
