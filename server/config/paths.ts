/** Where the project's own files lie, the same from sources (development, tests) and from `build/server`. */
import { existsSync } from 'node:fs';
import path from 'node:path';

function findRoot(): string {
	let folder = import.meta.dirname;
	while (!existsSync(path.join(folder, 'package.json'))) {
		const parent = path.dirname(folder);
		if (parent === folder)
			throw new Error('package.json is in none of the folders above the server');
		folder = parent;
	}
	return folder;
}

const PROJECT_ROOT = findRoot();
export const MIGRATIONS_FOLDER = path.join(PROJECT_ROOT, 'server/db/migrations');
/** What `npm run build` made of the client: adapter-node's output. */
export const WEB_BUILD = path.join(PROJECT_ROOT, 'build/web');
