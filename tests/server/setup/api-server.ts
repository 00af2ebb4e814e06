/** One server for a test file, in this process: its own database, a clock that the test may move. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig, type Config } from '#server/config/config.ts';
import { startServer } from '#server/entry/app.ts';
import { createLog } from '#server/kernel/log.ts';
import { freePort } from '#tests/fixtures/free-port.ts';

export interface ApiServer {
	readonly origin: string;
	readonly config: Config;
	/** Moves the server's clock forward. */
	advance(milliseconds: number): void;
	/** Its clock stands still but for `advance`, however long a busy machine takes. Returns what lets it go on. */
	holdClock(): () => void;
	/** The secret in the first administrator's link. */
	firstSecret(): Promise<string>;
	/** Stops and starts again on the same data. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

/** `env` adds settings. Allowances are wide unless a test narrows them. */
export const startApiServer = async (env: Record<string, string> = {}): Promise<ApiServer> => {
	const dataDir = await mkdtemp(path.join(tmpdir(), 'dienstweg-api-'));
	const config = readConfig({
		PORT: String(await freePort()),
		DATA_DIR: dataDir,
		AUTHORITY_NAME: 'Stadt Lindenbach',
		AUTHORITY_DOMAIN: 'lindenbach.example',
		RATE_LIMIT_FACTOR: '1000',
		...env
	});
	let ahead = 0;
	let held: number | undefined;
	const clock = { now: () => (held ?? Date.now()) + ahead };
	const log = createLog('error');
	const start = () => startServer(config, { clock, log });
	let server = await start();
	return {
		origin: config.origin,
		config,
		advance: (milliseconds) => {
			ahead += milliseconds;
		},
		holdClock() {
			const since = (held = Date.now());
			return () => {
				held = undefined;
				ahead -= Date.now() - since;
			};
		},
		async firstSecret() {
			const link = await server.firstAdministratorLink();
			if (!link) throw new Error('an administrator has joined');
			return new URL(link).hash.slice(1);
		},
		async restart() {
			await server.close();
			server = await start();
		},
		async close() {
			await server.close();
			await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
		}
	};
};
