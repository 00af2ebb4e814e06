/**
 * What a stolen phone gives away: nothing that was written, searched or named stands readable in the profile, and no key,
 * in whatever form: while the app is open, locked, and wiped. The browser keeps pages for going back, as people's do.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinFromLink, type Colleague as Node } from '#tests/fixtures/colleagues.ts';
import { accountKeysOf } from './harness/account-keys.ts';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { dataKeyOf, noticeDataKey } from './harness/data-key.ts';
import { findResidue, type Needle } from './harness/residue.ts';
import { ANNA, type Town, openTown } from './harness/town.ts';

/** Words that occur nowhere else; random, so that no compression hides them. */
const canary = (): string => randomBytes(9).toString('hex');
const canaries = {
	name: canary(),
	received: canary(),
	written: canary(),
	draft: canary(),
	title: canary(),
	searched: canary(),
	pin: `7${canary()}`
};
/** Everything that must not be found; keys come in as they are made. */
const needles: Needle[] = Object.values(canaries);

let town: Town;
let profile: Profile;
let person: Colleague;
/** Somebody in the same group whose keys the test may look at: those of its epochs are the same for all in it. */
let clara: Node;

beforeAll(async () => {
	town = await openTown();
	clara = await joinFromLink('Clara', await town.admin.invite({ name: 'Clara' }));
	profile = await makeProfile();
	const link = await town.admin.invite({ name: canaries.name });
	const context = await profile.open();
	await noticeDataKey(context);
	person = await sitDown(context, canaries.name);
	await person.join(link, canaries.pin);
	needles.push({ name: 'data key', bytes: await dataKeyOf(person.page) });
	needles.push(...(await accountKeysOf(person, town.server.origin)));
	await town.admin.startChat(canaries.name);
	await town.admin.send(canaries.received);
	await person.openChat(ANNA.name);
	await person.message(canaries.received).waitFor();
	await person.send(canaries.written);
	await person.startGroup(canaries.title, [ANNA.name, 'Clara']);
	await person.send(canaries.written);
	const inGroup = (list: { title: string }[]) => list.some(({ title }) => title === canaries.title);
	const groups = await clara.until('conversations', undefined, inGroup);
	const group = groups.find(({ title }) => title === canaries.title)?.id ?? '';
	await clara.untilText(group, canaries.written);
	await clara.withStore(async ({ read }) => {
		for (const { epoch, key } of await read.epochKeys.toArray())
			needles.push({ name: `key of epoch ${epoch}`, bytes: key.slice() });
	});
	await person.composer(canaries.title).fill(canaries.draft);
	await person.openChats();
	await person.page.getByRole('searchbox').fill(canaries.searched);
	await person.page.getByText(person.word('conversations_nothing_found')).first().waitFor();
});

afterAll(async () => {
	await person?.page.context().close();
	await clara?.leaveApp();
	await town?.close();
	await profile?.remove();
});

test('a planted leak is found, of a text and of a key in whatever form', async () => {
	const planted = canary();
	const key = { name: 'planted key', bytes: Uint8Array.from(randomBytes(32)) };
	const written = Buffer.from(key.bytes);
	await person.page.evaluate(
		([text, base64, hex, bytes]) => {
			const request = indexedDB.open('planted', 1);
			request.onupgradeneeded = () => {
				const store = request.result.createObjectStore('s');
				store.put({ text }, 1);
				store.put({ base64: `ab${base64}`, hex }, 2);
				store.put({ key: new Uint8Array(bytes as number[]) }, 3);
			};
		},
		[planted, written.toString('base64'), written.toString('hex'), [...key.bytes]] as const
	);
	const forms = async (): Promise<string> =>
		(await findResidue(profile.folder, [planted, key])).join('\n');
	for (const form of [/as (utf8|utf16le) in/, /base64 at/, /hex/, /planted key as raw in/])
		await expect.poll(forms).toMatch(form);
});

test('there is something to be found: the keys that are searched for are those in use', () => {
	const names = needles.map((needle) => (typeof needle === 'string' ? '' : needle.name));
	for (const name of ['data key', 'identity key', 'backup key 1']) expect(names).toContain(name);
	expect(names.some((name) => name.startsWith('key of epoch'))).toBe(true);
});

test('nothing is readable on disk while the app is open', async () => {
	expect(await findResidue(profile.folder, needles)).toEqual([]);
});

test('nothing is readable after locking, going away and coming back, and closing the browser', async () => {
	await person.page.getByRole('searchbox').fill('');
	await person.openChat(ANNA.name);
	await person.message(canaries.received).waitFor();
	await person.lock();
	expect(await person.page.content()).not.toContain(canaries.received);
	await person.page.goto(`${town.server.origin}/manifest.webmanifest`);
	// A page that the browser kept comes back without loading.
	await person.page.goBack({ waitUntil: 'commit' });
	await person.heading('lock_title').waitFor();
	expect(await person.page.content()).not.toContain(canaries.received);
	await person.unlock(canaries.pin);
	await person.openChat(ANNA.name);
	await person.message(canaries.received).waitFor();
	await person.lock();
	await person.page.context().close();
	expect(await findResidue(profile.folder, needles)).toEqual([]);
});

test('everything comes back with the PIN, and is gone for good after wiping', async () => {
	const context = await profile.open();
	await noticeDataKey(context);
	person = await sitDown(context, canaries.name);
	await person.page.goto(town.server.origin);
	await person.unlock(canaries.pin);
	expect(needles).toContainEqual({ name: 'data key', bytes: await dataKeyOf(person.page) });
	await person.openChat(canaries.title);
	await expect.poll(() => person.composer(canaries.title).innerText()).toBe(canaries.draft);
	await person.go('/mehr');
	await person.button('settings_wipe').click();
	await person.button('settings_wipe_button').click();
	await person.heading('session_wiped_title').waitFor();
	await person.page.goto(`${town.server.origin}/manifest.webmanifest`);
	// What says that everything is gone is kept by the browser as well, and comes back without loading.
	await person.page.goBack({ waitUntil: 'commit' });
	await person.heading('session_wiped_title').or(person.heading('welcome_title')).waitFor();
	expect(await person.page.content()).not.toContain(canaries.received);
	await person.page.context().close();
	expect(await findResidue(profile.folder, needles)).toEqual([]);
	person = await sitDown(await profile.open(), canaries.name);
	await person.page.goto(town.server.origin);
	await person.heading('welcome_title').waitFor();
});
