/**
 * How PostgreSQL's programs reach the cluster. Its user may not be allowed to walk there (a checkout in
 * a private folder, started by root), yet it may be put there: the programs are started inside the
 * folder and know it by the name that Linux gives to their own working directory.
 */
import { spawnSync, type SpawnOptions } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StartError } from '#server/kernel/start-error.ts';
import type { Account } from './account.ts';

const OWN_WORKING_DIRECTORY = '/proc/self/cwd';

export interface Place {
	/** What the programs are told with `-D`. */
	readonly name: string;
	readonly options: SpawnOptions;
}

function canWalkTo(folder: string, account: Account): boolean {
	return !account || spawnSync('test', ['-x', folder], { ...account, cwd: '/' }).status === 0;
}

/** `cluster` exists and belongs to `account`. */
export function placeOf(cluster: string, account: Account): Place {
	const options: SpawnOptions = {
		...account,
		cwd: cluster,
		// Nothing of our environment: libpq's variables would steer it, and messages must be English.
		env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' }
	};
	if (canWalkTo(cluster, account)) return { name: cluster, options };
	if (canWalkTo(OWN_WORKING_DIRECTORY, account)) return { name: OWN_WORKING_DIRECTORY, options };
	throw new StartError(
		`PostgreSQL's user can't reach ${cluster}: set DATA_DIR to a folder whose parents all users may enter, or start the server as an ordinary user.`
	);
}

/** sockaddr_un holds 108 bytes on Linux and 104 elsewhere, with `/.s.PGSQL.5432` and an end mark. */
const LONGEST_SOCKET_FOLDER = 88;

/** The folder to connect through: a short link where the cluster's own path is too long for a socket. */
export function socketFolder(cluster: string): string {
	if (Buffer.byteLength(cluster) <= LONGEST_SOCKET_FOLDER) return cluster;
	const link = path.join(mkdtempSync(path.join(tmpdir(), 'dienstweg-')), 'socket');
	symlinkSync(cluster, link);
	return link;
}
