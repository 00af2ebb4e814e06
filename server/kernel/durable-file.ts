/** Files that are either absent or complete, also after a power cut. */
import {
	chownSync,
	closeSync,
	fsyncSync,
	linkSync,
	openSync,
	renameSync,
	rmSync,
	writeSync
} from 'node:fs';
import path from 'node:path';

interface Options {
	/** Permissions, such as 0o600. */
	mode: number;
	/** Owner, where it is not the process. */
	account?: { uid: number; gid: number } | undefined;
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
	const descriptor = openSync(folder, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function writeBeside(file: string, content: string, { mode, account }: Options): string {
	const beside = `${file}.${process.pid}.new`;
	rmSync(beside, { force: true });
	const descriptor = openSync(beside, 'wx', mode);
	try {
		writeSync(descriptor, content);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
	if (account) chownSync(beside, account.uid, account.gid);
	return beside;
}

/** Writes the file anew; readers see the old content or the new one. */
export function writeDurably(file: string, content: string, options: Options): void {
	renameSync(writeBeside(file, content, options), file);
	syncFolder(path.dirname(file));
}

/** Writes the file unless it exists; of several at once one wins. Returns whether it was this one. */
export function createDurably(file: string, content: string, options: Options): boolean {
	const beside = writeBeside(file, content, options);
	try {
		linkSync(beside, file);
		syncFolder(path.dirname(file));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(beside, { force: true });
	}
}
