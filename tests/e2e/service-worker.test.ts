/** The shell without a network, on every route; and the change to a new version, which nobody is pushed into. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext, PHONE } from './harness/chromium.ts';
import { type Colleague, PHRASE, sitDown } from './harness/colleague.ts';
import { BERND, type Town, openTown } from './harness/town.ts';

const BUILT = path.resolve(import.meta.dirname, '../../build/web');

let town: Town;
let bernd: Colleague;
beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND, { pin: PHRASE });
	await ready(bernd.page);
});
afterAll(() => town?.close());

/** Resolves once the shell is on disk. */
const ready = (page: Page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

const offline = async (route: string): Promise<void> => {
	await bernd.page.context().setOffline(true);
	await bernd.page.goto(`${town.server.origin}${route}`);
};

test('the app starts and unlocks without a network', async () => {
	await bernd.go('/mehr');
	await bernd.button('settings_lock_now').click();
	await bernd.heading('lock_title').waitFor();
	await offline('/');
	await bernd.unlock(PHRASE);
	await bernd.atChats();
	const answers = () => fetch('/healthz').then(Boolean, () => false);
	expect(await bernd.page.evaluate(answers)).toBe(false);
	await bernd.page.context().setOffline(false);
	await expect.poll(() => bernd.page.evaluate(answers)).toBe(true);
});

test.each(['/', '/neu', '/adressbuch', '/mehr', '/mehr/geraete', '/chat/none', '/nowhere'])(
	'%s opens without a network',
	async (route) => {
		await offline(route);
		await bernd.page.locator('#content').first().waitFor({ state: 'attached' });
		await bernd.page.getByRole('heading').first().waitFor();
		await expect.poll(() => bernd.heading('lock_title').count()).toBe(0);
		await bernd.page.context().setOffline(false);
	}
);

test('answers of the API are never kept', async () => {
	const kept = await bernd.page.evaluate(async () => {
		const urls: string[] = [];
		for (const name of await caches.keys())
			for (const { url } of await (await caches.open(name)).keys()) urls.push(url);
		return urls;
	});
	expect(kept.length).toBeGreaterThan(20);
	expect(kept.filter((url) => new URL(url).pathname.startsWith('/api'))).toEqual([]);
});

/** The built client behind a server whose service worker can be exchanged for the next version's. */
async function serveVersions() {
	const folder = await mkdtemp(path.join(tmpdir(), 'dienstweg-web-'));
	await cp(BUILT, folder, { recursive: true });
	await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
	const { handler } = (await import(pathToFileURL(path.join(folder, 'handler.js')).href)) as {
		handler: (...args: unknown[]) => void;
	};
	const script = await readFile(path.join(BUILT, 'client/service-worker.js'), 'utf8');
	let version = 1;
	const server: Server = createServer((request, response) => {
		if (request.url !== '/service-worker.js') {
			handler(request, response, () => response.writeHead(404).end());
			return;
		}
		response.setHeader('content-type', 'text/javascript');
		response.end(`${script}\n// version ${version}\n`);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		origin: `http://localhost:${(server.address() as AddressInfo).port}`,
		publish: () => (version += 1),
		async close() {
			server.closeAllConnections();
			server.close();
			await rm(folder, { recursive: true, force: true });
		}
	};
}

test('a new version waits for a press, then comes to all tabs, but not while somebody writes there', async () => {
	const site = await serveVersions();
	const context = await openContext(town.browser, 'desktop');
	try {
		const first = await sitDown(context, 'Erste');
		await first.page.goto(site.origin);
		// Its very first visit: the shell that is kept only now serves it all the same.
		await ready(first.page);
		const second = await sitDown(context, 'Zweite');
		await second.page.setViewportSize(PHONE);
		await second.page.goto(site.origin);
		for (const { page } of [first, second]) {
			// The first screen gives the page its title.
			await page.waitForFunction(() => document.title !== 'Dienstweg');
			await page.evaluate(() => (document.title = 'old'));
		}

		site.publish();
		await first.page.evaluate(async () => {
			await (await navigator.serviceWorker.getRegistration())?.update();
		});
		const offer = first.page.getByText(first.word('app_update_ready'));
		await offer.waitFor();
		await second.page.getByText(second.word('app_update_ready')).first().waitFor();
		expect(await first.page.title()).toBe('old');

		await second.page.bringToFront();
		await second.page.evaluate(() => {
			const field = document.createElement('textarea');
			field.id = 'writing';
			document.body.append(field);
		});
		await second.page.locator('#writing').pressSequentially('ein halber Satz');
		await first.page.getByRole('button', { name: first.word('app_update_now') }).click();
		await expect.poll(() => first.page.title()).not.toBe('old');
		await expect.poll(() => second.page.locator('#writing').inputValue()).toBe('ein halber Satz');
		await second.page.getByText(second.word('app_update_waiting')).first().waitFor();
		await expect.poll(() => second.page.title()).not.toBe('old');
		// A browser that is closed in the middle of a reload may never say that it has.
		for (const tab of [first, second]) await tab.heading('welcome_title').waitFor();
	} finally {
		await context.close();
		await site.close();
	}
});
