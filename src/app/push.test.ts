import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Status } from '#core/engine/api.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { keepPush } from './push.ts';

const KEY = new Uint8Array(65).fill(4);
const OTHER_KEY = new Uint8Array(65).fill(5);

/** What a browser's push service gives for a server's key. */
const subscription = (endpoint: string, key: Uint8Array) => ({
	endpoint,
	options: { applicationServerKey: key.buffer },
	getKey: (name: string) => new Uint8Array(name === 'auth' ? 16 : 65).buffer,
	unsubscribe: vi.fn<() => Promise<boolean>>(() => {
		browser.subscription = null;
		return Promise.resolve(true);
	})
});

/** The browser, as far as it is asked. */
const browser = {
	subscription: null as ReturnType<typeof subscription> | null,
	notifications: [] as { tag: string; close: () => void }[],
	subscribe: vi.fn<() => Promise<ReturnType<typeof subscription>>>(),
	badge: vi.fn<(count: number) => Promise<void>>()
};

const status = (connection: Status['connection']): Status =>
	({ connection, authority: { vapidPublicKey: toBase64url(KEY) } }) as Status;

let engine: ScriptedEngine;
let end: () => void;

beforeEach(() => {
	browser.subscription = subscription('https://push.example/kept', KEY);
	browser.notifications = [];
	browser.badge.mockReset().mockResolvedValue();
	browser.subscribe.mockReset().mockImplementation(() => {
		browser.subscription = subscription('https://push.example/fresh', KEY);
		return Promise.resolve(browser.subscription);
	});
	const registration = {
		pushManager: {
			getSubscription: () => Promise.resolve(browser.subscription),
			subscribe: browser.subscribe
		},
		getNotifications: ({ tag }: { tag?: string } = {}) =>
			Promise.resolve(browser.notifications.filter((each) => tag === undefined || each.tag === tag))
	};
	const serviceWorker = {
		ready: Promise.resolve(registration),
		getRegistration: () => Promise.resolve(registration)
	};
	const setAppBadge = browser.badge;
	vi.stubGlobal('navigator', { language: 'de-DE', userAgent: '', serviceWorker, setAppBadge });
	vi.stubGlobal('Notification', { permission: 'granted' });
	vi.stubGlobal('PushManager', {});
	engine = new ScriptedEngine();
	end = keepPush(engine);
});
afterEach(() => {
	end();
	vi.unstubAllGlobals();
});

const told = () => engine.inputs('subscribePush').map(({ endpoint }) => endpoint);

test('the server is told of the subscription at each start, once there is a connection, and once only', async () => {
	engine.show('status', status('connecting'));
	engine.show('status', status('offline'));
	expect(told()).toEqual([]);
	engine.show('status', status('delayed'));
	engine.show('status', status('online'));
	await expect.poll(told).toEqual(['https://push.example/kept']);
	expect(engine.inputs('subscribePush')).toMatchObject([{ locale: 'de' }]);
	engine.show('status', status('online'));
	end();
	end = keepPush(engine);
	engine.show('status', status('online'));
	await expect.poll(told).toHaveLength(2);
	expect(browser.subscribe).not.toHaveBeenCalled();
});

test('one under another key of the server is replaced', async () => {
	const outdated = subscription('https://push.example/outdated', OTHER_KEY);
	browser.subscription = outdated;
	engine.show('status', status('online'));
	await expect.poll(told).toEqual(['https://push.example/fresh']);
	expect(outdated.unsubscribe).toHaveBeenCalledOnce();
});

test.each([
	['nobody has switched it on', () => (browser.subscription = null)],
	['it was forbidden', () => vi.stubGlobal('Notification', { permission: 'denied' })],
	['the browser has none', () => vi.stubGlobal('PushManager', undefined)]
])('nothing is renewed where %s', async (_where, arrange) => {
	arrange();
	if (!globalThis.PushManager) Reflect.deleteProperty(globalThis, 'PushManager');
	engine.show('status', status('online'));
	// Everything faked here answers before the next timer.
	await new Promise((resolve) => setTimeout(resolve));
	expect(told()).toEqual([]);
	expect(browser.subscribe).not.toHaveBeenCalled();
});

test('a server that can’t be told disturbs nobody', async () => {
	engine.answer('subscribePush', () => {
		throw new DienstwegError('offline');
	});
	engine.show('status', status('online'));
	await expect.poll(told).toHaveLength(1);
	engine.show('unread', { conversations: 1, messages: 2, ids: ['one'] });
	await expect.poll(() => browser.badge.mock.calls).toEqual([[1]]);
});

test('the icon counts conversations with something unread, and what was read is withdrawn', async () => {
	const close = vi.fn<(tag: string) => void>();
	browser.notifications = ['one', 'two', 'dienstweg'].map((tag) => ({
		tag,
		close: () => close(tag)
	}));
	engine.show('unread', { conversations: 2, messages: 7, ids: ['one', 'two'] });
	await expect.poll(() => browser.badge.mock.lastCall).toEqual([2]);
	engine.show('unread', { conversations: 1, messages: 3, ids: ['two'] });
	await expect.poll(() => browser.badge.mock.lastCall).toEqual([1]);
	await expect.poll(() => close.mock.calls).toEqual([['one']]);
	engine.show('unread', { conversations: 0, messages: 0, ids: [] });
	await expect.poll(() => browser.badge.mock.lastCall).toEqual([0]);
	await expect.poll(() => close.mock.calls.flat()).toContain('two');
	expect(close.mock.calls.flat()).not.toContain('dienstweg');
});

test('a browser that refuses the number still withdraws, and one without it too', async () => {
	const close = vi.fn<() => void>();
	browser.notifications = [{ tag: 'one', close }];
	browser.badge.mockRejectedValue(new Error('refused'));
	engine.show('unread', { conversations: 0, messages: 0, ids: [] });
	await expect.poll(() => close.mock.calls.length).toBe(1);
	const { serviceWorker } = navigator;
	vi.stubGlobal('navigator', { language: 'de-DE', userAgent: '', serviceWorker });
	engine.show('unread', { conversations: 0, messages: 0, ids: [] });
	await expect.poll(() => close.mock.calls.length).toBe(2);
});

test('a request that waits is told of by the app itself once it is open, and messages read do not take it away', async () => {
	const close = vi.fn<(tag: string) => void>();
	browser.notifications = ['dienstweg-approval', 'one', 'two'].map((tag) => ({
		tag,
		close: () => close(tag)
	}));
	engine.show('unread', { conversations: 1, messages: 1, ids: ['two'] });
	await expect.poll(() => close.mock.calls).toEqual([['one']]);
	engine.show('changes', 1, { of: 'recoveries' });
	await expect.poll(() => close.mock.calls).toEqual([['one'], ['dienstweg-approval']]);
});

test('after the end nothing is followed any more', () => {
	expect(engine.watchers.size).toBe(3);
	end();
	expect(engine.watchers.size).toBe(0);
});
