/** A PostgreSQL in a temporary folder, which no server under test has started. */
import type { DatabaseAddress } from '#server/db/pool.ts';
import { supervisePostgres } from '#server/db/postgres/supervisor.ts';
import { createLog } from '#server/kernel/log.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface OwnPostgres {
	/** Has room for folders of servers, too. */
	readonly folder: string;
	readonly address: DatabaseAddress;
	/** End the connections first. */
	end(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
	const folder = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	const postgres = await supervisePostgres({
		dataDir: folder,
		password: 'a'.repeat(64),
		log: createLog('silent'),
		onLost: (error) => {
			throw error;
		}
	});
	return {
		folder,
		address: postgres.address,
		async end() {
			await postgres.stop();
			rmSync(folder, { recursive: true });
		}
	};
}
