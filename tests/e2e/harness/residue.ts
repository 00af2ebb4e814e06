/** Looks through everything that a browser left in its profile for texts that must not be readable there. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Files of the profile that contain a needle, in UTF-8 or UTF-16, as `needle in file`. */
export async function findResidue(folder: string, needles: readonly string[]): Promise<string[]> {
	const encoded = needles.flatMap((needle) => [
		{ needle, bytes: Buffer.from(needle, 'utf8') },
		{ needle, bytes: Buffer.from(needle, 'utf16le') }
	]);
	const found = new Set<string>();
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const file = path.join(entry.parentPath, entry.name);
		const content = await readFile(file);
		for (const { needle, bytes } of encoded) {
			if (content.includes(bytes)) found.add(`${needle} in ${path.relative(folder, file)}`);
		}
	}
	return [...found];
}
