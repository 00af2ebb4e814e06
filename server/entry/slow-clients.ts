/**
 * Closes connections whose clients keep a request open by sending it drop by drop. Node's own timeouts end
 * a slow head; this ends a slow body, without cutting off a phone that uploads steadily on a weak line.
 */
import type { IncomingMessage, Server } from 'node:http';

/** Half of it is enough to send the largest head on the slowest line. */
export const HEAD_PATIENCE = 8000;
const BODY_PATIENCE = 6000;
/** Bytes per second; a line that is slower than this can't show a message either. */
const SLOWEST = 1024;
const CHECK = 1000;

interface Watched {
	request: IncomingMessage;
	since: number;
	bytes: number;
}

export function closeSlowClients(server: Server): void {
	const open = new Set<Watched>();
	server.on('request', (request) => {
		if (request.complete) return;
		const watched = { request, since: performance.now(), bytes: request.socket.bytesRead };
		open.add(watched);
		request.once('close', () => open.delete(watched));
		request.once('end', () => open.delete(watched));
	});
	const timer = setInterval(() => {
		for (const { request, since, bytes } of open) {
			const elapsed = performance.now() - since;
			const rate = (request.socket.bytesRead - bytes) / (elapsed / 1000);
			if (request.complete || elapsed < BODY_PATIENCE || rate >= SLOWEST) continue;
			request.socket.destroy();
		}
	}, CHECK);
	timer.unref();
	server.once('close', () => clearInterval(timer));
}
