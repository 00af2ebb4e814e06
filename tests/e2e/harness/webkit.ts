/** WebKitGTK's MiniBrowser on a display of its own (Xvfb), over the W3C WebDriver protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#tests/fixtures/free-port.ts';
import { programIn } from './equipment.ts';
import type { PlainBrowser } from './plain-browser.ts';

/** Key under which WebDriver names an element (W3C WebDriver, section 12). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Xvfb picks a free display and tells it through this pipe. */
async function startDisplay(): Promise<{ display: string; xvfb: ChildProcess }> {
	const xvfb = spawn(
		programIn('XVFB_PATH'),
		['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
		{ stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }
	);
	const display = await new Promise<string>((resolve, reject) => {
		xvfb.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
		xvfb.stdio[3]?.once('data', (data: Buffer) => resolve(`:${data.toString().trim()}`));
	});
	return { display, xvfb };
}

export async function launchWebKit(): Promise<PlainBrowser> {
	const { display, xvfb } = await startDisplay();
	const port = await freePort();
	const driver = spawn(programIn('WEBKIT_DRIVER_PATH'), [`--port=${port}`], {
		stdio: 'ignore',
		env: {
			...process.env,
			DISPLAY: display,
			// Every Debian has this locale. It names no language, and the app answers in German.
			LC_ALL: 'C.UTF-8',
			// No graphics card, and the browser's own sandbox does not work inside a container.
			LIBGL_ALWAYS_SOFTWARE: '1',
			WEBKIT_DISABLE_COMPOSITING_MODE: '1',
			WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1'
		}
	});

	async function ask<T>(method: string, path: string, body?: object): Promise<T> {
		const response = await fetch(`http://127.0.0.1:${port}${path}`, {
			method,
			...(body ? { body: JSON.stringify(body) } : {})
		});
		const { value } = (await response.json()) as {
			value: T & { error?: string; message?: string };
		};
		if (!response.ok) throw new Error(`WebDriver ${path}: ${value.error}, ${value.message}`);
		return value;
	}

	async function connect(): Promise<string> {
		for (let tries = 0; tries < 1200; tries += 1) {
			try {
				const wishes = { capabilities: { alwaysMatch: {} } };
				const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', wishes);
				return `/session/${sessionId}`;
			} catch (error) {
				if (!(error instanceof TypeError)) throw error;
				await sleep(50);
			}
		}
		throw new Error('WebKitWebDriver does not answer');
	}

	const session = await connect();
	const find = (xpath: string): Promise<Record<string, string>[]> =>
		ask('POST', `${session}/elements`, { using: 'xpath', value: xpath });
	const isDisplayed = (element: Record<string, string>): Promise<boolean> =>
		ask('GET', `${session}/element/${element[ELEMENT]}/displayed`);
	async function visible(xpath: string): Promise<string> {
		for (const element of await find(xpath)) {
			if (await isDisplayed(element)) return `${session}/element/${element[ELEMENT]}`;
		}
		throw new Error(`${xpath} is not there`);
	}

	return {
		open: (url) => ask('POST', `${session}/url`, { url }),
		has: (xpath) =>
			visible(xpath).then(
				() => true,
				() => false
			),
		click: async (xpath) => ask('POST', `${await visible(xpath)}/click`, {}),
		type: async (xpath, text) => ask('POST', `${await visible(xpath)}/value`, { text }),
		shellKept: () =>
			ask('POST', `${session}/execute/async`, {
				script: 'navigator.serviceWorker.ready.then(() => arguments[0](null))',
				args: []
			}),
		text: () =>
			ask('POST', `${session}/execute/sync`, {
				script: 'return document.body.innerText',
				args: []
			}),
		async close() {
			await ask('DELETE', session).catch(() => undefined);
			driver.kill();
			xvfb.kill();
		}
	};
}
