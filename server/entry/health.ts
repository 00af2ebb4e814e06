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

/** A database that says nothing for so long (ms) is none: whoever asks must hear it before they give up. */
const PATIENCE = 3000;
/** After this long (ms) a question without an answer is put on another connection. */
const AGAIN = 30_000;

export function createHealth(database: Pick<Database, 'ping'>): Health {
	let stopping = false;
	let asked: { at: number; isReady: Promise<boolean> } | undefined;
	/** One question for all who ask meanwhile: anybody may, and a database that hangs keeps a connection for each. */
	const ask = (): Promise<boolean> => {
		const now = performance.now();
		if (asked && now - asked.at < AGAIN) return asked.isReady;
		const mine = {
			at: now,
			isReady: database.ping().then(
				() => true,
				() => false
			)
		};
		asked = mine;
		void mine.isReady.then(() => {
			if (asked === mine) asked = undefined;
		});
		return mine.isReady;
	};
	const isReady = (): Promise<boolean> => {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<boolean>((resolve) => {
			timer = setTimeout(() => resolve(false), PATIENCE);
		});
		return Promise.race([ask(), late]).finally(() => clearTimeout(timer));
	};
	return {
		answer(path, response) {
			if (path === '/healthz') say(response, 200, 'ok');
			else if (path !== '/readyz') return false;
			else if (stopping) say(response, 503, 'stopping');
			else {
				void isReady().then((ready) =>
					ready ? say(response, 200, 'ready') : say(response, 503, 'database')
				);
			}
			return true;
		},
		stop() {
			stopping = true;
		}
	};
}
