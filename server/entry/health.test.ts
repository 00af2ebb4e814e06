import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHealth } from './health.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Asks a server with this database. */
async function serve(ping: () => Promise<void>) {
	const health = createHealth({ ping });
	const server = createServer(
		(request, response) => void health.answer(request.url ?? '', response)
	);
	closing.push(() => server.close());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}

test('a database that refuses, or says nothing at all, is not ready; the process is alive', async () => {
	const refused = await serve(() => Promise.reject(new Error('gone')));
	expect(await refused('/readyz')).toBe(503);
	let pings = 0;
	const hanging = await serve(() => {
		pings++;
		return new Promise(() => undefined);
	});
	const answers = await Promise.all(['/readyz', '/readyz', '/healthz'].map(hanging));
	expect(answers).toEqual([503, 503, 200]);
	expect(pings).toBe(1);
});

test('a database that answers is asked anew each time', async () => {
	let pings = 0;
	const ask = await serve(() => {
		pings++;
		return Promise.resolve();
	});
	expect([await ask('/readyz'), await ask('/readyz'), pings]).toEqual([200, 200, 2]);
});
