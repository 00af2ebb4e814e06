/** Notifications: one for each message that comes while the app is closed, without its content; a click leads there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PushMock, startPushMock } from '#tests/push-mock/push-mock.ts';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { type DesktopSession, startDesktopSession } from './harness/desktop-session.ts';
import { isEquippedFor } from './harness/equipment.ts';
import { ANNA, BERND, CLARA, type Town, openTown } from './harness/town.ts';

/** Without a desktop session nothing shows a notification, and none of these can run. */
const isEquipped = isEquippedFor('notifications');

let folder: string;
let mock: PushMock;
let desktop: DesktopSession;
let town: Town;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'push-'));
	mock = await startPushMock((pem) => {
		const file = path.join(folder, 'certificate.pem');
		writeFileSync(file, pem);
		return file;
	});
	desktop = await startDesktopSession();
	town = await openTown({ env: mock.serverEnvironment });
});

afterAll(async () => {
	await town?.close();
	await desktop?.close();
	await mock?.close();
	await rm(folder, { recursive: true, force: true });
});

/** By the administrator: what notifications say. */
async function layDown(text: 'none' | 'sender'): Promise<void> {
	const { admin } = town;
	await admin.go('/verwaltung/richtlinien');
	const label = admin.word(`policy_notification_${text}`);
	await admin.field('policy_notificationText').selectOption({ label });
	await admin.button('policy_review', { count: 1 }).click();
	await admin.button('policy_save').click();
	await admin.page.getByText(admin.word('policy_saved')).first().waitFor();
}

const SEATS = [
	{ size: 'phone', person: BERND },
	{ size: 'desktop', person: CLARA }
] as const;

describe.runIf(isEquipped).each(SEATS)('at a $size', ({ size, person }) => {
	let profile: Profile;
	let reader: Colleague;

	beforeAll(async () => {
		profile = await makeProfile(size);
		const context = await profile.open({ args: mock.chromiumArgs, env: desktop.env });
		await context.grantPermissions(['notifications'], { origin: town.server.origin });
		reader = await town.welcome(person, { context });
		await town.admin.startChat(person.name);
		await town.admin.send('Erste');
		await reader.openChat(ANNA.name);
		await reader.message('Erste').waitFor();
	});

	afterAll(async () => {
		await reader?.page.context().close();
		await profile?.remove();
	});

	/** Closes the app but not the browser. Who has just gone would still be taken for somebody who looks. */
	async function closeApp(): Promise<void> {
		const context = reader.page.context();
		const empty = await context.newPage();
		for (const page of context.pages()) if (page !== empty) await page.close();
		// A file of the app that starts nothing: from there one sees its worker end, and its line to the server with it.
		await empty.goto(`${town.server.origin}/manifest.webmanifest`);
		const locks = () => empty.evaluate(async () => (await navigator.locks.query()).held?.length);
		await expect.poll(locks).toBe(0);
		await empty.goto('about:blank');
	}

	test('they are offered once there is something to be notified of, and switched on with a press', async () => {
		await reader.openChats();
		await reader.button('notifications_offer_yes').click();
		await reader.page.getByText(reader.word('notifications_on')).first().waitFor();
	});

	test('whoever looks at the conversation is not notified', async () => {
		await reader.openChat(ANNA.name);
		const before = mock.taken.length;
		await town.admin.send('Sie sehen das gerade');
		await town.admin.state('Sie sehen das gerade', 'read').waitFor();
		await new Promise((resolve) => setTimeout(resolve, 1500));
		expect(mock.taken.length).toBe(before);
		expect(desktop.shown()).toEqual([]);
	});

	test('a message to a closed app is notified of, without a word of it, and a click opens the conversation', async () => {
		await closeApp();
		const before = desktop.history.length;
		await town.admin.send('Geheime Sache im Bauhof');
		await expect.poll(() => desktop.shown().length).toBe(1);
		const [notification] = desktop.shown();
		expect(notification?.title).toBe(reader.word('notifications_title'));
		expect(notification?.body).toContain(reader.word('notifications_message_body'));
		for (const { title, body } of desktop.history.slice(before)) {
			expect(`${title} ${body}`).not.toMatch(/Geheime|Bauhof|Anna|Weber/);
		}

		const context = reader.page.context();
		const opened = context.waitForEvent('page');
		desktop.click(notification?.id ?? 0);
		const page = await opened;
		await page.close();
		reader = await sitDown(context, person.name);
		await reader.comeBack(page.url());
		await reader.message('Geheime Sache im Bauhof').waitFor();
		expect(reader.page.url()).toMatch(/\/chat\/[0-9a-f-]{36}/);
	});

	test('what is pushed holds no content, and several messages of one conversation show as one', async () => {
		await closeApp();
		const before = desktop.history.length;
		for (const index of [1, 2, 3]) await town.admin.send(`Nachricht ${index}`);
		await expect.poll(() => desktop.history.length).toBeGreaterThan(before);
		await expect.poll(() => desktop.shown().length).toBe(1);
		for (const { body } of mock.taken) expect(body.length).toBeLessThan(600);
	});

	test('a notification goes when the message was read elsewhere in the browser', async () => {
		reader = await sitDown(reader.page.context(), person.name);
		await reader.comeBack(town.server.origin);
		await reader.openChat(ANNA.name);
		await reader.message('Nachricht 3').waitFor();
		await expect.poll(() => desktop.shown()).toEqual([]);
	});

	test('where the authority lays down that they say who wrote, they do, and nothing else; so says the switch', async () => {
		await reader.go('/mehr');
		await reader.page.getByText(reader.word('notifications_note'), { exact: true }).waitFor();
		await layDown('sender');
		await reader.page
			.getByText(reader.word('notifications_note_sender'), { exact: true })
			.waitFor();
		await closeApp();
		await town.admin.openChat(person.name);
		const before = desktop.history.length;
		await town.admin.send('Geheime Sache im Rathaus');
		await expect.poll(() => desktop.history.length).toBeGreaterThan(before);
		for (const { title, body } of desktop.history.slice(before)) {
			expect(title).toBe(ANNA.name);
			expect(body).toContain(reader.word('notifications_message_body'));
			expect(body).not.toMatch(/Geheim|Rathaus/);
		}
		await layDown('none');
		reader = await sitDown(reader.page.context(), person.name);
		await reader.comeBack(town.server.origin);
		await reader.openChat(ANNA.name);
		await expect.poll(() => desktop.shown()).toEqual([]);
	});
});
