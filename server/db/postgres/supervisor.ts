/**
 * Keeps the embedded PostgreSQL running for as long as the server does: starts it, takes over one whose
 * server was killed, refuses one that another server has, brings it back when it dies, and stops it.
 * It never removes PostgreSQL's lock file: only PostgreSQL knows when that is safe.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '#server/kernel/is-alive.ts';
import type { Log } from '#server/kernel/log.ts';
import { StartError } from '#server/kernel/start-error.ts';
import { claim } from '../ownership.ts';
import type { DatabaseAddress } from '../pool.ts';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { DATABASE, ensureCluster, ROLE } from './cluster.ts';
import { placeOf, socketFolder } from './place.ts';
import { findPostmaster, startPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';

export interface EmbeddedPostgres {
	readonly address: DatabaseAddress;
	stop(): Promise<void>;
}

interface Options {
	dataDir: string;
	password: string;
	log: Log;
	/** Called once when PostgreSQL died and could not be brought back: the server has to end. */
	onLost: (error: unknown) => void;
}

/** Any number that nothing else in this database uses. */
const LOCK = 0x44_57_00_01;
const NAME = 'dienstweg owner ';
/** How long a lock file, an unfinished shutdown or a dying owner may stand in the way. */
const PATIENCE = 15_000;
const POLL = 25;
/** invalid_password, and what comes of keys that were restored without the database. */
const WRONG_PASSWORD = '28P01';
/** What PostgreSQL says when an earlier one has not quite gone. */
const STILL_THERE =
	/lock file ".*" already exists|pre-existing shared memory block|Is another postmaster/;

/** Throws `StartError`: another server runs on this folder, or PostgreSQL doesn't start. */
export async function supervisePostgres(options: Options): Promise<EmbeddedPostgres> {
	const { dataDir, password, log } = options;
	const cluster = path.join(dataDir, 'postgres');
	const logFile = path.join(dataDir, 'logs', 'postgres.log');
	mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
	const account = chooseAccount(cluster);
	const binaries = findBinaries(account, dataDir);
	await ensureCluster({ cluster, account, binaries, password });
	const place = placeOf(cluster, account);
	const address = {
		host: socketFolder(cluster),
		port: 5432,
		user: ROLE,
		password,
		database: DATABASE
	};

	// Processes in two containers may have the same number.
	const claimant = { lock: LOCK, name: `${NAME}${process.pid} ${randomUUID()}` };
	let postmaster: Postmaster | undefined;
	/** The last one that was ours: its end is a crash, not a failure to start. */
	let served: Postmaster | undefined;
	let stopping = false;
	let takenByAnother = false;

	/** Resolves when PostgreSQL answers and is ours, or when it is to be stopped. */
	async function own(): Promise<void> {
		let patience = Date.now() + PATIENCE;
		for (;;) {
			const answer = await claim(address, claimant).catch(explain);
			// Nothing is started again behind a stop.
			if (stopping) return;
			if (answer.kind === 'owned') {
				postmaster = postmaster?.ended() === undefined ? postmaster : undefined;
				served = postmaster ??= findPostmaster(cluster);
				answer.session.once('end', () => void recover());
				return;
			}
			const rival =
				answer.kind === 'taken' ? Number.parseInt(answer.by?.slice(NAME.length) ?? '', 10) : 0;
			if (rival > 0 && isAlive(rival)) {
				takenByAnother = true;
				throw new StartError(
					`Another server (process ${rival}) already runs on ${dataDir}: stop it, or set DATA_DIR to another folder.`
				);
			}
			// A database that replays its log after a crash takes the time that it takes.
			if (answer.kind === 'busy') patience = Date.now() + PATIENCE;
			if (answer.kind === 'absent') start();
			if (Date.now() > patience) throw unableToStart(postmaster?.ended());
			await sleep(POLL);
		}
	}

	/** PostgreSQL itself decides whether its lock file is in the way; a refusal is asked about again. */
	function start(): void {
		const words = postmaster?.ended();
		if (postmaster && words === undefined) return;
		if (words && postmaster !== served && !STILL_THERE.test(words)) throw unableToStart(words);
		postmaster = startPostmaster(binaries.postgres, place, logFile);
	}

	function unableToStart(words = ''): StartError {
		const reason = /(?:FATAL|PANIC):\s+(.*)/.exec(words)?.[1] ?? 'it does not answer';
		return new StartError(
			`PostgreSQL does not start (${reason}): see ${logFile}, mend it, and start again.`
		);
	}

	function explain(error: unknown): never {
		if ((error as { code?: string }).code !== WRONG_PASSWORD) throw error;
		throw new StartError(
			`The database in ${cluster} does not know the password in ${dataDir}/keys: restore both from the same backup.`,
			{ cause: error }
		);
	}

	async function recover(): Promise<void> {
		if (stopping) return;
		log.warn('PostgreSQL went away and is started again');
		try {
			await own();
			if (!stopping) log.info('PostgreSQL is back');
		} catch (error) {
			if (!stopping) options.onLost(error);
		}
	}

	async function stop(): Promise<void> {
		stopping = true;
		if (postmaster) await stopPostmaster(postmaster);
	}

	try {
		await own();
	} catch (error) {
		if (!takenByAnother) await stop();
		throw error;
	}
	return { address, stop };
}
