/**
 * What a shared terminal gives away to whoever comes next, or takes its disk: no text, no name and no key of those who
 * were there, in whatever form: while somebody is signed in, after the tab was closed, and after the browser was killed.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinFromLink, type Colleague as Node } from '#tests/fixtures/colleagues.ts';
import { accountKeysOf } from './harness/account-keys.ts';
import { makeProfile, openContext, type Profile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { findResidue, type Needle } from './harness/residue.ts';
import {
	atCode,
	openTerminal,
	setUpTerminal,
	signInByCode,
	TERMINAL,
	untilOut
} from './harness/terminal.ts';
import { type Town, openTown } from './harness/town.ts';

/** A word that occurs nowhere else; random, so that no compression hides it. */
const canary = (): string => randomBytes(9).toString('hex');
const canaries = {
	visitor: canary(),
	colleague: canary(),
	title: canary(),
	received: canary(),
	written: canary(),
	draft: canary(),
	searched: canary()
};

let town: Town;
let profile: Profile;
let phone: Colleague;
let terminal: Colleague;
/** Somebody in the same group whose keys the test may look at: those of its epochs are the same for all in it. */
let colleague: Node;
let group: string;
let accountKeys: Needle[];

beforeAll(async () => {
	[town, profile] = await Promise.all([openTown(), makeProfile()]);
	const { admin, browser } = town;
	const link = await admin.invite({ name: canaries.colleague });
	colleague = await joinFromLink(canaries.colleague, link);
	const context = await openContext(browser, 'phone');
	phone = await town.welcome({ name: canaries.visitor }, { context });
	accountKeys = await accountKeysOf(phone, town.server.origin);
	await phone.startGroup(canaries.title, [canaries.colleague]);
	const isIn = (list: { title: string }[]) => list.some(({ title }) => title === canaries.title);
	const groups = await colleague.until('conversations', undefined, isIn);
	group = groups.find(({ title }) => title === canaries.title)?.id ?? '';
	await colleague.write(group, canaries.received);
	await phone.message(canaries.received).waitFor();
	const address = await setUpTerminal(admin);
	await startTerminal(address);
});
afterAll(async () => {
	await terminal?.page.context().close();
	await colleague?.leaveApp();
	await town?.close();
	await profile?.remove();
});

async function startTerminal(address = `${town.server.origin}/`): Promise<void> {
	terminal = await openTerminal(await profile.open(), address);
}

/** The keys that the terminal works with, and the person's, which it never gets. */
async function keys(): Promise<Needle[]> {
	const epochs = await colleague.withStore(({ read }) => read.epochKeys.toArray());
	return [
		...accountKeys,
		...epochs.map(({ epoch, key }) => ({ name: `key of epoch ${epoch}`, bytes: key.slice() }))
	];
}

/** Reads, looks for something, writes, and goes away in the middle of it. */
async function workThere(): Promise<void> {
	await signInByCode(phone, terminal);
	await terminal.page.getByRole('searchbox').fill(canaries.searched);
	await terminal.page.getByText(terminal.word('conversations_nothing_found')).first().waitFor();
	await terminal.page.getByRole('searchbox').fill('');
	await terminal.openChat(canaries.title);
	await terminal.message(canaries.received).waitFor();
	const written = `${canaries.written} ${canary()}`;
	await terminal.send(written);
	// Under a key that both have.
	await colleague.untilText(group, written);
	await terminal.composer(canaries.title).fill(canaries.draft);
}

const residue = async (): Promise<string[]> =>
	findResidue(profile.folder, [...Object.values(canaries), ...(await keys())]);

test('nothing is on the disk while somebody is signed in', async () => {
	await workThere();
	const names = (await keys()).map((needle) => (typeof needle === 'string' ? '' : needle.name));
	for (const name of ['identity key', 'backup key 1']) expect(names).toContain(name);
	expect(names.some((name) => name.startsWith('key of epoch'))).toBe(true);
	expect(await residue()).toEqual([]);
});

test('nothing is there after the tab was closed', async () => {
	const next = await sitDown(terminal.page.context(), TERMINAL);
	await terminal.page.close();
	await untilOut(phone);
	terminal = next;
	expect(await residue()).toEqual([]);
	await terminal.page.goto(`${town.server.origin}/`);
	await atCode(terminal);
	expect(await residue()).toEqual([]);
});

test('nothing is there after the browser was killed', async () => {
	await workThere();
	const closed = new Promise<void>((resolve) =>
		terminal.page.context().once('close', () => resolve())
	);
	await profile.kill();
	await closed;
	expect(await residue()).toEqual([]);
	await untilOut(phone);
});

test('what is planted there is found by the same search, and still after the browser was killed', async () => {
	await startTerminal();
	const bytes = Uint8Array.from(randomBytes(32));
	const key = { name: 'planted key', bytes };
	const encoded = Buffer.from(bytes);
	const planted = canary();
	await terminal.page.evaluate(
		([text, base64, hex, raw]) =>
			new Promise<void>((resolve) => {
				localStorage.setItem('planted', text);
				const request = indexedDB.open('planted', 1);
				request.onupgradeneeded = () => {
					const store = request.result.createObjectStore('s');
					store.put({ base64: `ab${base64}`, hex }, 1);
					store.put({ key: new Uint8Array(raw) }, 2);
				};
				request.onsuccess = () => resolve();
			}),
		[planted, encoded.toString('base64'), encoded.toString('hex'), [...bytes]] as const
	);
	const found = async (): Promise<string> =>
		(await findResidue(profile.folder, [planted, key])).join('\n');
	const forms = [/as (utf8|utf16le) in/, /base64 at/, /hex/, /planted key as raw in/];
	for (const form of forms) await expect.poll(found).toMatch(form);
	const context = terminal.page.context();
	const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
	await profile.kill();
	await closed;
	for (const form of forms) expect(await found()).toMatch(form);
});
