/**
 * Which user of the operating system runs PostgreSQL. It refuses to run as root, so a server that was
 * started as root needs another user for it; anybody else runs it as themselves.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { StartError } from '#server/kernel/start-error.ts';

/** Numbers of a user and its group; undefined where PostgreSQL runs as this process does. */
export type Account = { uid: number; gid: number } | undefined;

/** In the order of preference: a user made for this, PostgreSQL's own, and at last the one for nothing. */
const OWN_USER = 'dienstweg';
const USUAL_USER = 'postgres';
const LAST_RESORT = 'nobody';
/** Not on everybody's PATH. */
const USERADD = '/usr/sbin/useradd';

function numberOf(option: '-u' | '-g', user: string): number | undefined {
	const { status, stdout } = spawnSync('id', [option, user], { encoding: 'utf8' });
	const number = Number.parseInt(stdout, 10);
	return status === 0 && number > 0 ? number : undefined;
}

function lookUp(user: string): Account {
	const uid = numberOf('-u', user);
	const gid = numberOf('-g', user);
	return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function createUser(): Account {
	const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
	spawnSync(USERADD, [...options, OWN_USER]);
	return lookUp(OWN_USER);
}

function ownerOf(folder: string): Account {
	const found = statSync(folder, { throwIfNoEntry: false });
	return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

/** `cluster` is PostgreSQL's data folder: where it exists already, its owner decides. */
export function chooseAccount(cluster: string): Account {
	if (process.getuid?.() !== 0) return undefined;
	const account =
		ownerOf(cluster) ??
		lookUp(OWN_USER) ??
		lookUp(USUAL_USER) ??
		createUser() ??
		lookUp(LAST_RESORT);
	if (account) return account;
	throw new StartError(
		'PostgreSQL does not run as root and no other user was found for it: start the server as an ordinary user, or set DATABASE_URL.'
	);
}
