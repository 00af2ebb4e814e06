/** Two people make sure of each other: by scanning a code, by comparing numbers, and where there is no camera. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from './harness/accessible.ts';
import { launchChromium, openContext } from './harness/chromium.ts';
import type { Colleague } from './harness/colleague.ts';
import { type FakeCamera, makeFakeCamera, readCode } from './harness/fake-camera.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

let town: Town;
let camera: FakeCamera;
let withCamera: Browser;
let bernd: Colleague;
let clara: Colleague;

beforeAll(async () => {
	camera = await makeFakeCamera();
	[town, withCamera] = await Promise.all([openTown(), launchChromium({ args: camera.args })]);
	const context = await openContext(withCamera, 'phone', { permissions: ['camera'] });
	bernd = await town.welcome(BERND, { context });
	clara = await town.welcome(CLARA);
});
afterAll(async () => {
	await withCamera?.close();
	await town?.close();
	await camera?.remove();
});

/** Opens the page on which one compares keys with a person, by way of their card. */
async function compareWith(one: Colleague, name: string): Promise<void> {
	await one.go('/adressbuch');
	await one.page.getByRole('link').filter({ hasText: name }).first().click();
	await one.link('directory_safety_open').or(one.link('common_verified')).first().click();
	await one.heading('safety_verify_title').waitFor();
	await one.page.getByRole('list', { name: one.word('safety_verify_number', { name }) }).waitFor();
}

const numberOf = async (one: Colleague, name: string): Promise<string[]> =>
	one.page
		.getByRole('list', { name: one.word('safety_verify_number', { name }) })
		.getByRole('listitem')
		.allTextContents();

test('both see the same number of 60 digits, and each pair of people another one', async () => {
	const { admin } = town;
	await compareWith(admin, BERND.name);
	await compareWith(bernd, ANNA.name);
	const number = await numberOf(admin, BERND.name);
	expect(number.join('')).toMatch(/^\d{60}$/);
	expect(await numberOf(bernd, ANNA.name)).toEqual(number);
	await compareWith(clara, ANNA.name);
	expect(await numberOf(clara, ANNA.name)).not.toEqual(number);
	for (const one of [admin, bernd]) await check(one.page, 'comparing keys');
});

test('the camera of a phone reads what the other screen shows, and the chat says so', async () => {
	const { admin } = town;
	await compareWith(admin, BERND.name);
	await compareWith(bernd, ANNA.name);
	// Somebody else's code in view is no answer, and ends nothing.
	await compareWith(clara, ANNA.name);
	await camera.show(
		await readCode(clara.page, clara.word('safety_verify_qr', { name: ANNA.name }))
	);
	await bernd.button('safety_verify_scan').click();
	await bernd.page
		.getByText(bernd.word('safety_verify_other_person', { name: ANNA.name }))
		.waitFor();
	await check(bernd.page, 'scanning');
	await bernd.closeSheet();

	await camera.show(
		await readCode(admin.page, admin.word('safety_verify_qr', { name: BERND.name }))
	);
	await bernd.button('safety_verify_scan').click();
	await bernd.page
		.getByText(bernd.word('safety_verify_is_verified', { name: ANNA.name }))
		.waitFor();
	await expect.poll(() => bernd.page.getByRole('dialog').count()).toBe(0);
	await check(bernd.page, 'verified');

	await bernd.startChat(ANNA.name);
	const header = bernd.page.getByRole('heading', { name: ANNA.name }).first();
	await header.getByRole('img', { name: bernd.word('common_verified') }).waitFor();
	await check(bernd.page, 'chat with somebody who is verified');
});

test('without a camera one is told so and compares the numbers; that can be taken back', async () => {
	await compareWith(clara, ANNA.name);
	await clara.button('safety_verify_scan').click();
	await clara.page.getByText(clara.word('safety_verify_by_number')).first().waitFor();
	await check(clara.page, 'no camera');
	await clara.closeSheet();
	await clara.button('safety_verify_same').click();
	await clara.page
		.getByText(clara.word('safety_verify_is_verified', { name: ANNA.name }))
		.waitFor();
	await clara.go('/adressbuch');
	const row = clara.page.getByRole('link').filter({ hasText: ANNA.name }).first();
	await row.getByRole('img', { name: clara.word('common_verified') }).waitFor();

	await compareWith(clara, ANNA.name);
	await clara.button('safety_verify_undo').click();
	await clara.button('safety_verify_same').waitFor();
});
