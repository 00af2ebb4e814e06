/**
 * Looks through everything that a browser left in its profile for what must not be readable there: texts and keys, in
 * every form in which a browser or a careless line of code would write them down.
 */
import { existsSync, type Dirent } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** A text that somebody wrote, or the bytes of a key under a name of its own. */
export type Needle = string | { name: string; bytes: Uint8Array };

interface Pattern {
	name: string;
	bytes: Buffer;
}

/** Shorter than this, a part of something longer would be found by chance. */
const SHORTEST = 8;

/**
 * The part of a base64 text that depends on these bytes alone, wherever they stand within something longer: with 0, 1
 * or 2 bytes before them in their group of three (RFC 4648 §4).
 */
function base64Parts(bytes: Uint8Array): string[] {
	return [0, 1, 2].map((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
		const first = Math.ceil((before * 8) / 6);
		const last = Math.floor(((before + bytes.length) * 8) / 6);
		return text.slice(first, last);
	});
}

/** Every form in which these bytes would be found. */
function formsOf(bytes: Uint8Array): Record<string, Buffer> {
	const forms: Record<string, Buffer> = {};
	const hex = Buffer.from(bytes).toString('hex');
	forms['hex'] = Buffer.from(hex);
	forms['HEX'] = Buffer.from(hex.toUpperCase());
	for (const [index, part] of base64Parts(bytes).entries()) {
		forms[`base64 at ${index}`] = Buffer.from(part);
		const url = part.replaceAll('+', '-').replaceAll('/', '_');
		forms[`base64url at ${index}`] = Buffer.from(url);
	}
	return forms;
}

const WIDE = ['utf8', 'utf16le', 'utf16be'] as const;

const encode = (text: string, as: (typeof WIDE)[number]): Buffer =>
	as === 'utf16be' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, as);

/** What is searched for: each needle plainly, encoded, and both as text of one or two bytes a character. */
export function patternsOf(needles: readonly Needle[]): Pattern[] {
	return needles.flatMap((needle) => {
		const isText = typeof needle === 'string';
		const name = isText ? needle : needle.name;
		const plain = isText
			? WIDE.map((as) => [as, encode(needle, as)] as const)
			: [['raw', Buffer.from(needle.bytes)] as const];
		const patterns = plain.flatMap(([as, bytes]) => [
			{ name: `${name} as ${as}`, bytes },
			...Object.entries(formsOf(bytes)).flatMap(([form, text]) =>
				WIDE.map((wide) => ({
					name: `${name} as ${as}, ${form}, ${wide}`,
					bytes: encode(text.toString('latin1'), wide)
				}))
			)
		]);
		return patterns.filter(({ bytes }) => bytes.length >= SHORTEST);
	});
}

/** Finds many patterns in one pass, however large the content is: looks closer only where two bytes begin one of them. */
export function createFinder(patterns: readonly Pattern[]): (content: Buffer) => string[] {
	const starting = new Map<number, Pattern[]>();
	for (const pattern of patterns) {
		const start = pattern.bytes.readUInt16LE(0);
		starting.set(start, [...(starting.get(start) ?? []), pattern]);
	}
	const isStart = new Uint8Array(1 << 16);
	for (const start of starting.keys()) isStart[start] = 1;
	return (content) => {
		const found = new Set<string>();
		for (let at = 0, { length } = content; at + 1 < length; at++) {
			const start = (content[at] as number) | ((content[at + 1] as number) << 8);
			if (isStart[start] === 0) continue;
			for (const { name, bytes } of starting.get(start) ?? [])
				if (content.compare(bytes, 0, bytes.length, at, Math.min(length, at + bytes.length)) === 0)
					found.add(name);
		}
		return [...found];
	};
}

/** Null where it is gone: a browser at work writes into files that get another name, or are thrown away. */
const contentOf = async (file: string): Promise<Buffer | null> => {
	try {
		return await readFile(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
};

/** Null where a folder of it went meanwhile. */
const entriesOf = async (folder: string): Promise<Dirent[] | null> => {
	try {
		return await readdir(folder, { recursive: true, withFileTypes: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(folder)) return null;
		throw error;
	}
};

/** Files of the profile in which a needle is readable, as `needle as form in file`. Looks anew where one went meanwhile. */
export async function findResidue(folder: string, needles: readonly Needle[]): Promise<string[]> {
	const find = createFinder(patternsOf(needles));
	const found = new Set<string>();
	for (let isWhole = false; !isWhole;) {
		const entries = await entriesOf(folder);
		isWhole = entries !== null;
		for (const entry of entries ?? []) {
			if (!entry.isFile()) continue;
			const file = path.join(entry.parentPath, entry.name);
			const content = await contentOf(file);
			if (content === null) isWhole = false;
			else for (const name of find(content)) found.add(`${name} in ${path.relative(folder, file)}`);
		}
	}
	return [...found];
}
