/** What a stolen phone gives away: nothing that was written, searched or named stands readable in the profile. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { findResidue } from './harness/residue.ts';
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
const NEEDLES = Object.values(canaries);

let town: Town;
let profile: Profile;
let person: Colleague;

beforeAll(async () => {
	town = await openTown();
	profile = await makeProfile();
	const link = await town.admin.invite({ name: canaries.name });
	person = await sitDown(await profile.open(), canaries.name);
	await person.join(link, canaries.pin);
	await town.admin.startChat(canaries.name);
	await town.admin.send(canaries.received);
	await person.openChat(ANNA.name);
	await person.message(canaries.received).waitFor();
	await person.send(canaries.written);
	await person.startGroup(canaries.title, [ANNA.name]);
	await person.composer(canaries.title).fill(canaries.draft);
	await person.openChats();
	await person.page.getByRole('searchbox').fill(canaries.searched);
	await person.page.getByText(person.word('conversations_nothing_found')).waitFor();
});

afterAll(async () => {
	await person?.page.context().close();
	await town?.close();
	await profile?.remove();
});

test('a planted leak is found', async () => {
	const planted = canary();
	await person.page.evaluate((text) => {
		const request = indexedDB.open('planted', 1);
		request.onupgradeneeded = () => request.result.createObjectStore('s').put({ text }, 1);
	}, planted);
	await expect
		.poll(() => findResidue(profile.folder, [planted]), { timeout: 20_000 })
		.not.toEqual([]);
});

test('nothing is readable on disk while the app is open', async () => {
	expect(await findResidue(profile.folder, NEEDLES)).toEqual([]);
});

test('nothing is readable after locking and closing the browser', async () => {
	await person.lock();
	expect(await person.page.content()).not.toContain(canaries.received);
	await person.page.context().close();
	expect(await findResidue(profile.folder, NEEDLES)).toEqual([]);
});

test('everything comes back with the PIN, and is gone for good after wiping', async () => {
	person = await sitDown(await profile.open(), canaries.name);
	await person.page.goto(town.server.origin);
	await person.unlock(canaries.pin);
	await person.openChat(canaries.title);
	await expect.poll(() => person.composer(canaries.title).innerText()).toBe(canaries.draft);
	await person.go('/mehr');
	await person.button('settings_wipe').click();
	await person.button('settings_wipe_button').click();
	await person.heading('session_wiped_title').waitFor();
	await person.page.context().close();
	expect(await findResidue(profile.folder, NEEDLES)).toEqual([]);
	person = await sitDown(await profile.open(), canaries.name);
	await person.page.goto(town.server.origin);
	await person.heading('welcome_title').waitFor();
});
