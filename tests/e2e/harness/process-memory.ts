/**
 * Looks through the memory of all processes of a browser for what must not be there any more. Linux only, and only for
 * processes that this one has started.
 */
import { existsSync } from 'node:fs';
import { open, readFile, readdir } from 'node:fs/promises';
import { createFinder, type Needle, patternsOf } from './residue.ts';

export const canReadMemory = existsSync('/proc/self/mem');

const CHUNK = 1024 * 1024;
const NOTHING = Buffer.alloc(CHUNK);
/** Longer than any pattern: what lies across the end of a chunk is in the next one whole. */
const OVERLAP = 4096;

interface Process {
	pid: number;
	parent: number;
	command: string[];
}

async function processes(): Promise<Process[]> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const all = await Promise.all(
		pids.map(async (name): Promise<Process | null> => {
			try {
				const stat = await readFile(`/proc/${name}/stat`, 'latin1');
				const command = await readFile(`/proc/${name}/cmdline`, 'latin1');
				// The name in brackets may hold anything.
				const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
				return { pid: Number(name), parent, command: command.split('\0') };
			} catch {
				// It has ended meanwhile.
				return null;
			}
		})
	);
	return all.filter((each) => each !== null);
}

/** Of the browser on this profile, and everything that it has started. */
async function processesOf(folder: string): Promise<Process[]> {
	const all = await processes();
	const found = all.filter(({ command }) =>
		command.join(' ').includes(`--user-data-dir=${folder}`)
	);
	for (let at = 0; at < found.length; at++)
		for (const each of all)
			if (each.parent === found[at]?.pid && !found.includes(each)) found.push(each);
	return found;
}

/** Where a process keeps what it writes. */
async function regionsOf(pid: number): Promise<{ from: number; to: number }[]> {
	const maps = await readFile(`/proc/${pid}/maps`, 'latin1');
	return maps.split('\n').flatMap((line) => {
		const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
		return from && to ? [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }] : [];
	});
}

async function searchProcess(
	{ pid, command }: Process,
	find: (content: Buffer) => string[]
): Promise<string[]> {
	// Processes that a zygote has forked write all their arguments into the first.
	const [, kind = 'browser'] = /--type=([a-z-]+)/.exec(command.join(' ')) ?? [];
	const memory = await open(`/proc/${pid}/mem`);
	const found = new Set<string>();
	const buffer = Buffer.alloc(CHUNK);
	try {
		for (const { from, to } of await regionsOf(pid))
			for (let at = from; at < to; at += CHUNK - OVERLAP) {
				const length = Math.min(CHUNK, to - at);
				// What was given back meanwhile can't be read.
				const read = await memory.read(buffer, 0, length, at).catch(() => ({ bytesRead: 0 }));
				const content = buffer.subarray(0, read.bytesRead);
				if (content.compare(NOTHING, 0, content.length) === 0) continue;
				for (const name of find(content)) found.add(`${name} in ${kind}`);
			}
	} finally {
		await memory.close();
	}
	return [...found];
}

/** As `needle as form in kind of process`. */
export async function findInMemory(folder: string, needles: readonly Needle[]): Promise<string[]> {
	const find = createFinder(patternsOf(needles));
	const found = new Set<string>();
	for (const each of await processesOf(folder))
		for (const name of await searchProcess(each, find).catch(() => [])) found.add(name);
	return [...found];
}
