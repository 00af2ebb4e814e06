/** `/healthz`: the process answers. `/readyz`: it can serve, because its database answers and it isn't stopping. */
import type { ServerResponse } from 'node:http';
import type { Database } from '#server/db/transaction.ts';

export interface Health {
	/** Whether it was a question about health; if so, it is answered. */
	answer(path: string, response: ServerResponse): boolean;
	/** From now on not ready: proxies stop sending. */
	stop(): void;
}

function say(response: ServerResponse, status: number, word: string): void {
	response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
	response.end(`${word}\n`);
}

export function createHealth(database: Database): Health {
	let stopping = false;
	return {
		answer(path, response) {
			if (path === '/healthz') say(response, 200, 'ok');
			else if (path !== '/readyz') return false;
			else if (stopping) say(response, 503, 'stopping');
			else {
				database.ping().then(
					() => say(response, 200, 'ready'),
					() => say(response, 503, 'database')
				);
			}
			return true;
		},
		stop() {
			stopping = true;
		}
	};
}
