/**
 * Makes PostgreSQL's data folder on the first start. It is made beside its place and moved there when it
 * is complete, so a start that was killed in the middle leaves nothing that looks like a database.
 */
import { spawn, type SpawnOptions } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { syncFolder, writeDurably } from '#server/kernel/durable-file.ts';
import { isAlive } from '#server/kernel/is-alive.ts';
import { StartError } from '#server/kernel/start-error.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { placeOf } from './place.ts';

export const DATABASE = 'dienstweg';
export const ROLE = 'dienstweg';
const SUPERUSER = 'postgres';
/** Of the programs in the package; a cluster of another one can't be opened. */
const MAJOR = '18';

/** Only our role, only its database, only through the socket, only with the password. */
const ACCESS_RULES = `local ${DATABASE} ${ROLE} scram-sha-256\n`;

interface Making {
	/** PostgreSQL's data folder. */
	cluster: string;
	account: Account;
	binaries: Binaries;
	password: string;
}

async function run(
	program: string,
	args: string[],
	options: SpawnOptions,
	input = ''
): Promise<void> {
	const child = spawn(program, args, { ...options, stdio: 'pipe' });
	const output: Buffer[] = [];
	child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
	child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
	child.stdin?.on('error', () => undefined);
	child.stdin?.end(input);
	const status = await new Promise<number | null>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	if (status === 0) return;
	const text = Buffer.concat(output).toString('utf8');
	const reason = /(?:FATAL|error|PANIC):\s+(.*)/.exec(text)?.[1] ?? `exit code ${status}`;
	throw new StartError(
		`PostgreSQL could not create its database (${reason}): mend this, or set DATABASE_URL.`
	);
}

/** The password is hexadecimal, so that it needs no quoting. */
const createStatements = (password: string): string =>
	[
		`create role ${ROLE} login password '${password}'`,
		`create database ${DATABASE} owner ${ROLE}`,
		// So that a checkpoint makes all of it durable before the folder gets its name.
		'checkpoint'
	]
		.map((statement) => `${statement};\n`)
		.join('');

async function make(at: string, { account, binaries, password }: Making): Promise<void> {
	mkdirSync(at, { mode: 0o700 });
	if (account) chownSync(at, account.uid, account.gid);
	const { name, options } = placeOf(at, account);
	const common = ['--username', SUPERUSER, '--locale', 'C', '--encoding', 'UTF8'];
	await run(binaries.initdb, ['-D', name, ...common, '--auth', 'reject'], options);
	await run(
		binaries.postgres,
		['--single', '-D', name, '-c', 'password_encryption=scram-sha-256', SUPERUSER],
		options,
		createStatements(password)
	);
	writeDurably(path.join(at, 'pg_hba.conf'), ACCESS_RULES, { mode: 0o600, account });
}

/** Does nothing where the cluster exists. Two at once are harmless: one of them gets the name. */
export async function ensureCluster(making: Making): Promise<void> {
	const { cluster } = making;
	const version = readVersion(cluster);
	if (version === MAJOR) return;
	if (version !== undefined) {
		throw new StartError(
			`${cluster} was made by PostgreSQL ${version}, and this release brings PostgreSQL ${MAJOR}: follow "Upgrade" in README.md.`
		);
	}
	const parent = path.dirname(cluster);
	const prefix = `${path.basename(cluster)}.unfinished-`;
	const unfinished = path.join(parent, `${prefix}${process.pid}`);
	removeLeftovers(parent, prefix);
	try {
		await make(unfinished, making);
		renameSync(unfinished, cluster);
		syncFolder(parent);
	} catch (error) {
		rmSync(unfinished, { recursive: true, force: true });
		if (readVersion(cluster) === undefined) throw error;
	}
}

function readVersion(cluster: string): string | undefined {
	try {
		return readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

function removeLeftovers(parent: string, prefix: string): void {
	for (const entry of readdirSync(parent)) {
		if (!entry.startsWith(prefix) || isAlive(Number(entry.slice(prefix.length)))) continue;
		rmSync(path.join(parent, entry), { recursive: true, force: true });
	}
}
