/**
 * Real Chromium for tests: started as an ordinary person's browser, with a profile of its own that lives as long
 * as the test wants. Knows nothing of the app.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
	type Browser,
	type BrowserContext,
	type BrowserContextOptions,
	chromium
} from 'playwright-core';
import { programIn } from './equipment.ts';

const ARGS = [
	'--headless=new',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

/**
 * The two sizes at which every screen is judged and every way through the app is proven: joining, writing without a
 * network, cold start, push and installing by tests that run at both; the server's end in the middle of sends, groups,
 * two tabs and a new version by tests in which both meet.
 */
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1280, height: 800 };

export interface BrowserWishes {
	/** Further switches. */
	args?: string[];
	/** Further environment, such as a display or a D-Bus session. */
	env?: Record<string, string>;
}

const launchOptions = ({ args = [], env = {} }: BrowserWishes): object => ({
	executablePath: programIn('CHROMIUM_PATH'),
	args: [...ARGS, ...args],
	env: { ...process.env, ...env },
	// Playwright switches the back/forward cache off; people have it on.
	ignoreDefaultArgs: ['--disable-back-forward-cache']
});

const contextOptions: BrowserContextOptions = {
	locale: 'de-DE',
	timezoneId: 'Europe/Berlin',
	reducedMotion: 'reduce',
	serviceWorkers: 'allow'
};

const sizeOptions = (size: 'phone' | 'desktop'): BrowserContextOptions =>
	size === 'phone' ? { viewport: PHONE, hasTouch: true } : { viewport: DESKTOP, hasTouch: false };

/** One browser for many contexts; each context is a browser of its own to the app, as in private windows. */
export async function launchChromium(wishes: BrowserWishes = {}): Promise<Browser> {
	return chromium.launch(launchOptions(wishes));
}

/** A context of phone or desktop size, in German unless told otherwise. */
export function openContext(
	browser: Browser,
	size: 'phone' | 'desktop',
	options: BrowserContextOptions = {}
): Promise<BrowserContext> {
	return browser.newContext({ ...contextOptions, ...sizeOptions(size), ...options });
}

export interface Profile {
	/** Where cookies, databases and the service worker lie on disk. */
	readonly folder: string;
	/** Starts the browser on this profile; the earlier one must have been closed. */
	open(wishes?: BrowserWishes, options?: BrowserContextOptions): Promise<BrowserContext>;
	/** The browser and all that it has started are gone at once, without a chance to finish anything (SIGKILL). */
	kill(): Promise<void>;
	remove(): Promise<void>;
}

interface RunningProcess {
	pid: number;
	parent: number;
	command: string;
}

/** From Linux's /proc (proc(5)); one that ends meanwhile is left out. */
async function runningProcesses(): Promise<RunningProcess[]> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const all = await Promise.all(
		pids.map(async (pid) => {
			try {
				const [status, command] = await Promise.all(
					['status', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8'))
				);
				const parent = Number(/^PPid:\s+(\d+)$/m.exec(status ?? '')?.[1]);
				return [{ pid: Number(pid), parent, command: command ?? '' }];
			} catch {
				return [];
			}
		})
	);
	return all.flat();
}

/** The main process first, so that it starts no other one for those that go. */
async function killBrowserOn(folder: string): Promise<void> {
	const running = await runningProcesses();
	const doomed = running.filter(({ command }) =>
		command.split('\0').includes(`--user-data-dir=${folder}`)
	);
	for (const { pid } of doomed) {
		doomed.push(
			...running.filter(
				({ parent, ...each }) => parent === pid && !doomed.some((known) => known.pid === each.pid)
			)
		);
	}
	for (const { pid } of doomed) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It went with the others.
		}
	}
}

/** A profile on disk, which outlives the browser's process; its windows have the size of a phone's or a desktop's. */
export async function makeProfile(size: 'phone' | 'desktop' = 'desktop'): Promise<Profile> {
	const folder = await mkdtemp(path.join(tmpdir(), 'dienstweg-profile-'));
	return {
		folder,
		open: async (wishes = {}, options = {}) =>
			chromium.launchPersistentContext(folder, {
				...launchOptions(wishes),
				...contextOptions,
				...sizeOptions(size),
				...options
			}),
		kill: () => killBrowserOn(folder),
		remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
	};
}
