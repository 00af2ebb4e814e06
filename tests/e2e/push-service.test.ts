/** The mock push service is worth what a real browser takes from it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import webpush from 'web-push';
import { type PushMock, startPushMock } from '#tests/push-mock/push-mock.ts';
import { makeProfile } from './harness/chromium.ts';

const cleanup: (() => unknown)[] = [];
afterAll(async () => {
	for (const step of cleanup.toReversed()) await step();
});

async function serveSite(): Promise<number> {
	const worker = `
		self.addEventListener('push', (event) => event.waitUntil(
			self.registration.showNotification(event.data.text())));`;
	const site = createServer((request, response) => {
		const isWorker = request.url === '/worker.js';
		response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
		response.end(isWorker ? worker : '<!doctype html><title>x</title>');
	});
	await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
	cleanup.push(() => site.close());
	return (site.address() as AddressInfo).port;
}

async function startMock(): Promise<PushMock> {
	const folder = await mkdtemp(path.join(tmpdir(), 'push-mock-'));
	cleanup.push(() => rm(folder, { recursive: true, force: true }));
	const file = path.join(folder, 'certificate.pem');
	const mock = await startPushMock((pem) => {
		writeFileSync(file, pem);
		return file;
	});
	cleanup.push(() => mock.close());
	return mock;
}

test('a browser subscribes at the mock and shows what is posted to its endpoint', async () => {
	const [mock, port, profile] = await Promise.all([startMock(), serveSite(), makeProfile()]);
	cleanup.push(profile.remove);
	const context = await profile.open({ args: mock.chromiumArgs });
	cleanup.push(() => context.close());
	await context.grantPermissions(['notifications'], { origin: `http://localhost:${port}` });
	const page = await context.newPage();
	await page.goto(`http://localhost:${port}/`);
	const keys = webpush.generateVAPIDKeys();
	const subscription = await page.evaluate(async (applicationServerKey) => {
		const registration = await navigator.serviceWorker.register('/worker.js');
		await navigator.serviceWorker.ready;
		const made = await registration.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey
		});
		return made.toJSON() as webpush.PushSubscription;
	}, keys.publicKey);

	const request = webpush.generateRequestDetails(subscription, 'Hallo', {
		vapidDetails: { subject: 'mailto:it@lindenbach.example', ...keys }
	});
	// Posted from a process of its own, as a server would: only there the host leads to the mock.
	const sender = path.join(profile.folder, 'send.mjs');
	await writeFile(
		sender,
		`const { endpoint, headers, body } = ${JSON.stringify({ ...request, body: request.body?.toString('base64') })};
		const answer = await fetch(endpoint, { method: 'POST', headers, body: Buffer.from(body, 'base64') });
		process.stdout.write(String(answer.status));`
	);
	const { stdout } = await promisify(execFile)(process.execPath, [sender], {
		env: { ...process.env, ...mock.serverEnvironment }
	});
	expect(stdout).toBe('201');
	await expect
		.poll(() =>
			page.evaluate(async () => {
				const registration = await navigator.serviceWorker.ready;
				return (await registration.getNotifications()).map(({ title }) => title);
			})
		)
		.toEqual(['Hallo']);
	expect(mock.taken).toHaveLength(1);
});
