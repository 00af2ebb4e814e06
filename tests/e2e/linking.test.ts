/** One person, several devices: linked by camera either way round, by a short code, and what may go wrong, in real browsers. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague as Headless } from '#tests/fixtures/colleagues.ts';
import { joinFromLink } from '#tests/fixtures/colleagues.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { check } from './harness/accessible.ts';
import { launchChromium, openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { type FakeCamera, makeFakeCamera, readCode } from './harness/fake-camera.ts';

let server: TestServer;
let camera: FakeCamera;
let browser: Browser;
let withCamera: Browser;
/** IT, without a screen. */
let anna: Headless;

beforeAll(async () => {
	camera = await makeFakeCamera();
	[server, browser, withCamera] = await Promise.all([
		startServer({ env: { RATE_LIMIT_FACTOR: '100' } }),
		launchChromium(),
		launchChromium({ args: camera.args })
	]);
	anna = await joinFromLink('Anna Weber', await server.firstLink());
});
afterAll(async () => {
	await anna?.leaveApp();
	await Promise.all([browser?.close(), withCamera?.close()]);
	await server?.close();
	await camera?.remove();
});

type Place = 'phone' | 'phone with camera' | 'desktop';

/** A browser that nobody has joined on. */
async function sitAt(place: Place, name: string): Promise<Colleague> {
	const size = place === 'desktop' ? 'desktop' : 'phone';
	const isSeeing = place === 'phone with camera';
	const context = await openContext(isSeeing ? withCamera : browser, size, {
		...(isSeeing && { permissions: ['camera'] })
	});
	return sitDown(context, name);
}

/** Somebody who has joined at one place. */
async function join(name: string, place: Place): Promise<Colleague> {
	const details = { displayName: name, department: '', functionTitle: '', phone: '', email: '' };
	const input = { details, role: 'member' as const, validHours: 1 };
	const { link } = await anna.call('createInvitation', input);
	const person = await sitAt(place, name);
	await person.join(link);
	return person;
}

/** Another device of the same person, from the start page to the code that it shows. */
async function asNewDevice(name: string, place: Place): Promise<Colleague> {
	const person = await sitAt(place, name);
	await person.page.goto(server.origin);
	await person.link('linking_welcome').click();
	await person.page.getByRole('img', { name: person.word('linking_qr') }).waitFor();
	return person;
}

async function openAdding(old: Colleague): Promise<void> {
	await old.go('/mehr/geraete');
	await old.link('linking_add').click();
	await old.heading('linking_add_title').waitFor();
}

/** The short code that a screen shows. */
const shownCode = async ({ page }: Colleague): Promise<string> =>
	page.locator('.shown strong').innerText();

const shownNumber = async (one: Colleague): Promise<string> => {
	const number = one.page.locator('p', { hasText: one.word('linking_number') }).locator('strong');
	await number.waitFor();
	return number.innerText();
};

async function typeCode(one: Colleague, code: string): Promise<void> {
	await one.field('linking_code').fill(code);
	await one.button('linking_code_take').click();
}

/** Both say the same number, the old one says yes, the new one chooses a PIN. */
async function confirm(old: Colleague, fresh: Colleague): Promise<void> {
	expect(await shownNumber(fresh)).toBe(await shownNumber(old));
	await old.button('linking_same').click();
	await fresh.choosePin();
	await old.button('linking_finish').or(old.link('linking_finish')).waitFor();
	await fresh.enter();
}

test('a phone scans what a new computer shows; the computer is in after one press and a PIN', async () => {
	const phone = await join('Bernd Kaya', 'phone with camera');
	await phone.startChat('Anna Weber');
	await phone.send('Vor dem Verbinden');
	const computer = await asNewDevice('Bernd Kaya', 'desktop');
	await check(computer.page, 'a new device shows a code');
	await camera.show(await readCode(computer.page, computer.word('linking_qr')));
	await openAdding(phone);
	await check(phone.page, 'adding a device');
	await phone.button('linking_take').click();
	expect(await shownNumber(phone)).toBe(await shownNumber(computer));
	await check(phone.page, 'comparing on the old device');
	await check(computer.page, 'comparing on the new device');
	await confirm(phone, computer);
	await check(phone.page, 'a device was added');
	await phone.link('linking_finish').click();
	await phone.page.getByText('Linux').nth(1).first().waitFor();
	await computer.openChat('Anna Weber');
	await computer.message('Vor dem Verbinden').waitFor();
	await computer.send('Vom Rechner');
	await phone.openChat('Anna Weber');
	await phone.message('Vom Rechner').waitFor();
});

test('a new phone scans what a computer without a camera shows', async () => {
	const computer = await join('Clara Núñez', 'desktop');
	await openAdding(computer);
	await computer.button('linking_show').click();
	await computer.page.getByRole('img', { name: computer.word('linking_qr') }).waitFor();
	await check(computer.page, 'an old device shows a code');
	await camera.show(await readCode(computer.page, computer.word('linking_qr')));
	const phone = await asNewDevice('Clara Núñez', 'phone with camera');
	await check(phone.page, 'a new phone shows a code');
	await phone.button('linking_take_instead').click();
	await confirm(computer, phone);
});

test('a short code does the same, either way round, and without a camera one is told so', async () => {
	const computer = await join('Dieter Groß', 'desktop');
	const phone = await asNewDevice('Dieter Groß', 'phone');
	await openAdding(computer);
	await computer.button('linking_take').click();
	await computer.page.getByText(computer.word('common_camera_missing')).first().waitFor();
	await check(computer.page, 'typing a code without a camera');
	await typeCode(computer, (await shownCode(phone)).toLowerCase());
	await confirm(computer, phone);

	const tablet = await asNewDevice('Dieter Groß', 'phone');
	await openAdding(phone);
	await phone.button('linking_show').click();
	await tablet.button('linking_take_instead').click();
	await check(tablet.page, 'typing a code on a new device');
	await typeCode(tablet, await shownCode(phone));
	await confirm(phone, tablet);
});

test('the link in the code, opened by a phone’s own camera, asks first on a device that is set up', async () => {
	const old = await join('Emine Yıldız', 'phone');
	const fresh = await asNewDevice('Emine Yıldız', 'desktop');
	const code = await shownCode(fresh);
	// What the QR code says, as the camera's app would open it: the page is loaded anew.
	await old.page.goto(`${server.origin}/verbinden#AAAA`);
	const [locked, asked] = [old.heading('lock_title'), old.heading('linking_asked_title')];
	await locked.or(asked).waitFor();
	if (await locked.isVisible()) await old.unlock();
	await asked.waitFor();
	await check(old.page, 'asked to let a device in');
	await expect.poll(() => old.page.url()).toBe(`${server.origin}/verbinden`);
	await old.button('common_continue').click();
	await old.page.getByText(old.word('linking_no_code')).first().waitFor();
	await check(old.page, 'no such code');
	await old.button('common_retry').click();
	await old.button('common_continue').waitFor();
	await openAdding(old);
	await old.button('linking_take').click();
	await typeCode(old, code);
	await confirm(old, fresh);
});

test('nothing goes over where the numbers differ, either gives up, or a code is nobody’s', async () => {
	const old = await join('Frank Öz', 'phone');
	await openAdding(old);
	await old.button('linking_take').click();
	await typeCode(old, 'ABCD 2345');
	await old.page.getByText(old.word('linking_expired')).first().waitFor();
	await old.button('common_retry').click();

	const fresh = await asNewDevice('Frank Öz', 'desktop');
	await old.button('linking_take').click();
	await typeCode(old, await shownCode(fresh));
	await shownNumber(fresh);
	await old.button('linking_differs').click();
	await old.page.getByText(old.word('linking_different')).first().waitFor();
	await fresh.page.getByText(fresh.word('linking_cancelled')).first().waitFor();
	await check(old.page, 'numbers differ');
	await check(fresh.page, 'ended on the other device');

	await fresh.button('common_retry').click();
	await old.button('common_retry').click();
	await old.button('linking_take').click();
	await typeCode(old, await shownCode(fresh));
	await shownNumber(old);
	await fresh.button('linking_differs').click();
	await fresh.page.getByText(fresh.word('linking_different')).first().waitFor();
	await old.page.getByText(old.word('linking_cancelled')).first().waitFor();

	await fresh.button('common_retry').click();
	await old.button('common_retry').click();
	await old.button('linking_take').click();
	await typeCode(old, await shownCode(fresh));
	await shownNumber(fresh);
	// Whoever leaves the page gives up.
	await old.go('/mehr');
	await fresh.page.getByText(fresh.word('linking_cancelled')).first().waitFor();
});

test('whoever has as many devices as are allowed is told before anything begins', async () => {
	const old = await join('Gerd Lang', 'phone');
	const { version, policy } = await anna.until('policy', undefined, () => true);
	await anna.call('setPolicy', { version, policy: { ...policy, maxDevices: 1 } });
	try {
		await openAdding(old);
		await old.page.getByText(old.word('linking_limit_title')).first().waitFor();
		await check(old.page, 'no room for a device');
		await expect.poll(() => old.button('linking_take').count()).toBe(0);
		await old.link('linking_limit_devices').click();
		await old.heading('devices_page').waitFor();
	} finally {
		const now = await anna.until('policy', undefined, (state) => state.policy.maxDevices === 1);
		await anna.call('setPolicy', { version: now.version, policy });
	}
});
