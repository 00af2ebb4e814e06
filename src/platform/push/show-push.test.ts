import { beforeEach, expect, test, vi } from 'vitest';
import { openNotification, pathOf } from './open-notification.ts';
import { showPush } from './show-push.ts';

const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const THREE = '33333333-3333-4333-8333-333333333333';
const texts = (locale: string) => ({
	title: 'T',
	message: `message ${locale}`,
	approval: `approval ${locale}`,
	test: `test ${locale}`
});

interface Shown {
	title: string;
	tag: string;
	close: ReturnType<typeof vi.fn<() => void>>;
	[option: string]: unknown;
}
let shown: Shown[];
let scope: Parameters<typeof showPush>[0];
const badge = vi.fn<(count: number) => Promise<void>>(() => Promise.resolve());

beforeEach(() => {
	shown = [];
	badge.mockClear();
	scope = {
		navigator: { language: 'de-DE', setAppBadge: badge },
		registration: {
			showNotification: (title: string, options: { tag: string }) => {
				shown.push({ title, ...options, close: vi.fn<() => void>() });
				return Promise.resolve();
			},
			getNotifications: () => Promise.resolve(shown)
		}
	} as unknown as Parameters<typeof showPush>[0];
});

const payload = (over: object = {}) => ({
	v: 1,
	type: 'message',
	conversation: ONE,
	unread: [ONE],
	locale: 'en',
	...over
});

test('shows one notification, in the language of the payload, tagged by conversation, without content', async () => {
	await showPush(scope, payload(), texts);
	expect(shown).toHaveLength(1);
	expect(shown[0]).toMatchObject({ title: 'T', body: 'message en', tag: ONE, lang: 'en' });
	expect(badge).toHaveBeenCalledWith(1);
});

test('says who wrote where the payload tells it, and else nothing but that there is something', async () => {
	await showPush(scope, payload({ sender: 'Anna Weber' }), texts);
	await showPush(scope, payload({ conversation: TWO, unread: [ONE, TWO] }), texts);
	expect(shown.map(({ title, body }) => [title, body])).toEqual([
		['Anna Weber', 'message en'],
		['T', 'message en']
	]);
});

test.each([undefined, null, 'text', { v: 2 }, payload({ conversation: 'x' })])(
	'shows something visible for a payload it does not know: %j',
	async (data) => {
		await showPush(scope, data, texts);
		expect(shown).toHaveLength(1);
		expect(shown[0]).toMatchObject({ body: 'message de' });
	}
);

test('withdraws what was read elsewhere, and nothing else', async () => {
	await showPush(scope, payload({ conversation: TWO, unread: [TWO] }), texts);
	await showPush(scope, payload({ conversation: THREE, unread: [TWO, THREE] }), texts);
	await showPush(scope, payload({ conversation: ONE, unread: [ONE, THREE] }), texts);
	const closed = shown.filter(({ close }) => close.mock.calls.length > 0).map(({ tag }) => tag);
	expect(closed).toEqual([TWO]);
	expect(badge).toHaveBeenLastCalledWith(2);
});

test('tells a custodian that a request waits, once, without a name, and keeps it when messages come and are read', async () => {
	const approval = payload({ type: 'approval', conversation: null, unread: [] });
	await showPush(scope, approval, texts);
	await showPush(scope, payload(), texts);
	expect(shown[0]).toMatchObject({
		title: 'T',
		body: 'approval en',
		tag: 'dienstweg-approval',
		data: { type: 'approval', conversation: null }
	});
	expect(shown[0]?.close).not.toHaveBeenCalled();
	expect(badge.mock.calls).toEqual([[1]]);
});

test('a test push says so and leaves the others alone', async () => {
	await showPush(scope, payload(), texts);
	await showPush(scope, payload({ type: 'test', conversation: null, unread: [] }), texts);
	expect(shown[1]).toMatchObject({ body: 'test en' });
	expect(shown[0]?.close).not.toHaveBeenCalled();
});

const windowOf = (over: object) => ({
	focused: false,
	visibilityState: 'hidden',
	focus: vi.fn<() => Promise<void>>(() => Promise.resolve()),
	postMessage: vi.fn<(message: unknown) => void>(),
	...over
});
const click = (windows: object[], data: object = { conversation: ONE }) => {
	const openWindow = vi.fn<(url: string) => Promise<void>>(() => Promise.resolve());
	const notification = { close: vi.fn<() => void>(), data };
	const clients = { matchAll: () => Promise.resolve(windows), openWindow };
	const done = openNotification({ clients } as never, notification as never);
	return { done, openWindow, notification };
};

test('a click goes to the window in front, without a new one', async () => {
	const hidden = windowOf({});
	const visible = windowOf({ visibilityState: 'visible' });
	const { done, openWindow, notification } = click([hidden, visible]);
	await done;
	expect(notification.close).toHaveBeenCalled();
	expect(visible.postMessage).toHaveBeenCalledWith({
		type: 'dienstweg-open',
		path: `/chat/${ONE}`
	});
	expect(visible.focus).toHaveBeenCalled();
	expect(hidden.focus).not.toHaveBeenCalled();
	expect(openWindow).not.toHaveBeenCalled();
});

test('without a window a click opens one', async () => {
	const { done, openWindow } = click([]);
	await done;
	expect(openWindow).toHaveBeenCalledWith(`/chat/${ONE}`);
});

test('a click on a request that waits leads to the approvals', async () => {
	const { done, openWindow } = click([], { type: 'approval', conversation: null });
	await done;
	expect(openWindow).toHaveBeenCalledWith('/mehr/freigaben');
});

test('a notification of nothing leads to the list', () => {
	expect(pathOf(null)).toBe('/');
	expect(pathOf({ conversation: null })).toBe('/');
});
