/**
 * What a locked app leaves in the memory of the browser's processes: nothing that was written, and no key, in whatever
 * form. What is searched for is learned in an earlier run of the browser, and never passes through the test's own line to
 * the one that is searched: that would leave copies by itself.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinFromLink, type Colleague as Node } from '#tests/fixtures/colleagues.ts';
import { accountKeysOf } from './harness/account-keys.ts';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { dataKeyOf, noticeDataKey } from './harness/data-key.ts';
import { deviceKeysOf } from './harness/device-keys.ts';
import { canReadMemory, findInMemory } from './harness/process-memory.ts';
import type { Needle } from './harness/residue.ts';
import { BERND, type Town, openTown } from './harness/town.ts';

const canary = (): string => randomBytes(9).toString('hex');
const received = canary();
const title = canary();
const needles: Needle[] = [received, title];

/** In the chat with Clara, and in her group. */
const KEYS_IN_GROUPS = [
	'signature key of the device',
	...[0, 1].flatMap((at) => [
		`leaf key in group ${at}`,
		`init secret of group ${at}`,
		`exporter secret of group ${at}`
	])
];

let town: Town;
let profile: Profile;
let bernd: Colleague;
let clara: Node;
let dataKey: Uint8Array;

/** Joins, and gives away the keys; the browser in which that happened ends. */
async function learnKeys(): Promise<void> {
	const context = await profile.open();
	await noticeDataKey(context);
	const person = await sitDown(context, BERND.name);
	await person.join(await town.admin.invite(BERND));
	dataKey = await dataKeyOf(person.page);
	needles.push({ name: 'data key', bytes: dataKey });
	needles.push(...(await accountKeysOf(person, town.server.origin)));
	await person.shellKept();
	await context.close();
}

/** Every conversation has been on the screen in this tab; nothing is searched for by its text. */
async function readEverything(person: Colleague): Promise<void> {
	const { page } = person;
	const rows = page
		.getByRole('list', { name: person.word('conversations_title') })
		.getByRole('link');
	await expect.poll(() => rows.count()).toBe(2);
	for (const at of [0, 1]) {
		await person.openChats();
		await rows.nth(at).click();
		await page.getByRole('textbox', { name: /^Nachricht an/ }).waitFor();
		await expect.poll(() => page.locator('main [dir="auto"]').count()).toBeGreaterThan(0);
	}
}

beforeAll(async () => {
	if (!canReadMemory) return;
	town = await openTown();
	clara = await joinFromLink('Clara', await town.admin.invite({ name: 'Clara' }));
	profile = await makeProfile();
	await learnKeys();
	const chat = await clara.chatWith(BERND.name);
	await clara.write(chat, received);
	const people = [await clara.find(BERND.name)];
	await clara.call('createGroup', { people, profile: { title, picture: null } });
	await clara.untilSent();
	await clara.withStore(async ({ read }) => {
		for (const { epoch, key } of await read.epochKeys.toArray())
			needles.push({ name: `key of epoch ${epoch}`, bytes: key.slice() });
	});
	bernd = await sitDown(await profile.open(), BERND.name);
	await bernd.comeBack(town.server.origin);
});

afterAll(async () => {
	await bernd?.page.context().close();
	await clara?.leaveApp();
	await town?.close();
	await profile?.remove();
});

describe.runIf(canReadMemory)('the memory of the browser', () => {
	test('holds keys and messages while the app is open, and the search finds them', async () => {
		await readEverything(bernd);
		needles.push(...(await deviceKeysOf(bernd.page, dataKey)));
		const names = ['data key', 'identity key', 'backup key 1', ...KEYS_IN_GROUPS];
		// What the browser moves about meanwhile, one look may miss.
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual(
				expect.arrayContaining([
					...names.map((name) => `${name} as raw in renderer`),
					`${received} as utf8 in renderer`
				])
			);
	});

	test('holds nothing of it once it is locked, in whichever tab it was read', async () => {
		const other = await sitDown(bernd.page.context(), BERND.name);
		await other.page.goto(town.server.origin);
		await readEverything(other);
		await bernd.lock();
		await other.heading('lock_title').waitFor();
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual([]);
		await other.page.close();
	});

	test('holds nothing either of a tab that has gone on to another site and can come back', async () => {
		await bernd.unlock();
		const other = await sitDown(bernd.page.context(), BERND.name);
		await other.page.goto(town.server.origin);
		await readEverything(other);
		await other.page.goto(
			`${town.server.origin.replace('localhost', '127.0.0.1')}/manifest.webmanifest`
		);
		await bernd.lock();
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual([]);
		await other.page.goBack({ waitUntil: 'commit' });
		await other.heading('lock_title').waitFor();
		await other.page.close();
	});

	test('a leak is found, of a text and of a key, in a tab that is still there', async () => {
		const planted = canary();
		const key = { name: 'planted key', bytes: Uint8Array.from(randomBytes(32)) };
		const tab = await bernd.page.context().newPage();
		await tab.goto(`${town.server.origin}/manifest.webmanifest`);
		await tab.evaluate(
			([text, bytes]) => {
				Object.assign(globalThis, { planted: { text, key: new Uint8Array(bytes) } });
			},
			[planted, [...key.bytes]] as const
		);
		await expect
			.poll(() => findInMemory(profile.folder, [planted, key]))
			.toEqual(
				expect.arrayContaining([`${planted} as utf8 in renderer`, 'planted key as raw in renderer'])
			);
		await tab.close();
	});

	test('after unlocking everything is there again, at the same place, and going back leads to the list', async () => {
		await bernd.unlock();
		await expect.poll(() => new URL(bernd.page.url()).pathname).toBe('/mehr');
		await bernd.page.goBack();
		await bernd.atChats();
		await readEverything(bernd);
	});

	test('holds nothing of it once the device is wiped, and every tab still says so', async () => {
		const other = await sitDown(bernd.page.context(), BERND.name);
		await other.page.goto(town.server.origin);
		await readEverything(other);
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toContain('data key as raw in renderer');
		await bernd.go('/mehr');
		await bernd.button('settings_wipe').click();
		await bernd.button('settings_wipe_button').click();
		await bernd.heading('session_wiped_title').waitFor();
		await other.heading('session_wiped_title').waitFor();
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual([]);
	});
});
