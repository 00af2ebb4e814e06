import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAGE_FAILED } from '#shared/contract/page-failure.ts';
import { openWeb } from './web.ts';

const POLICY = `<meta http-equiv="content-security-policy" content="default-src 'none'">`;
/** As Kit's: an error on the way is handed on by the hook, and the answer goes out all the same. */
const HANDLER = `export const handler = (request, response) => {
	request.emit('${PAGE_FAILED}', new Error('broken'));
	response.writeHead(500).end();
};`;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'dienstweg-web-'));
	await mkdir(path.join(folder, 'client/_app'), { recursive: true });
	await mkdir(path.join(folder, 'prerendered'));
	for (const name of ['_app/version.json', 'manifest.webmanifest', 'manifest.en.webmanifest'])
		await writeFile(path.join(folder, 'client', name), '{"version":"1"}');
	await writeFile(path.join(folder, 'prerendered/index.html'), POLICY);
	await writeFile(path.join(folder, 'handler.js'), HANDLER);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('why a page could not be made is told to the one who asked for it to be served', async () => {
	const web = await openWeb(folder);
	const told: unknown[] = [];
	const server = createServer((request, response) =>
		web.handle(request, response, (error) => told.push(error))
	).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500);
	expect(told).toMatchObject([{ message: 'broken' }]);
	server.close();
});
