import { beforeEach, expect, test } from 'vitest';
import { locale } from '#ui/i18n/locale.svelte.ts';
import { describeDevice, type BrowserFacts } from './device-description.ts';

beforeEach(() => locale.choose('de'));

const facts = (userAgent: string, more: Partial<BrowserFacts> = {}): BrowserFacts => ({
	userAgent,
	maxTouchPoints: 0,
	...more
});
const chromeOn = (system: string, mobile = '') =>
	`Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 ${mobile}Safari/537.36`;
const applePhone =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

test.each([
	[chromeOn('Linux; Android 10; K', 'Mobile '), 'Chrome auf Android', 'phone'],
	[
		chromeOn('Linux; Android 14; SM-A546B Build/UP1A', 'Mobile '),
		'Chrome auf Android, SM-A546B',
		'phone'
	],
	[chromeOn('Linux; Android 14; SM-X200'), 'Chrome auf Android, SM-X200', 'tablet'],
	[
		'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
		'Firefox auf Android',
		'phone'
	],
	[`${chromeOn('Windows NT 10.0; Win64; x64')} Edg/142.0.0.0`, 'Edge auf Windows', 'desktop'],
	[chromeOn('X11; CrOS x86_64 14541.0.0'), 'Chrome auf Chromebook', 'desktop'],
	[
		'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
		'Firefox auf Linux',
		'desktop'
	],
	[`${applePhone} Version/18.6 Mobile/15E148 Safari/604.1`, 'Safari auf iPhone', 'phone'],
	[`${applePhone} Mobile/15E148`, 'App auf iPhone', 'phone']
])('%s is called %s', async (userAgent, name, kind) => {
	expect(await describeDevice(facts(userAgent))).toMatchObject({ name, kind });
});

test('an iPad that calls itself a Mac is known by its touch screen', async () => {
	const mac =
		'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15';
	expect(await describeDevice(facts(mac))).toMatchObject({
		name: 'Safari auf Mac',
		kind: 'desktop'
	});
	expect(await describeDevice(facts(mac, { maxTouchPoints: 5 }))).toMatchObject({
		name: 'Safari auf iPad',
		kind: 'tablet'
	});
});

test('the model is asked for where the user agent hides it', async () => {
	const userAgentData = { getHighEntropyValues: () => Promise.resolve({ model: 'Pixel 8' }) };
	const agent = chromeOn('Linux; Android 10; K', 'Mobile ');
	expect((await describeDevice(facts(agent, { userAgentData }))).name).toBe(
		'Chrome auf Android, Pixel 8'
	);
	const refusing = { getHighEntropyValues: () => Promise.reject(new Error('NotAllowedError')) };
	expect((await describeDevice(facts(agent, { userAgentData: refusing }))).name).toBe(
		'Chrome auf Android'
	);
});

test('the name follows the language of the screen', async () => {
	locale.choose('en');
	expect((await describeDevice(facts(chromeOn('Macintosh; Intel Mac OS X 10_15_7')))).name).toBe(
		'Chrome on Mac'
	);
});
