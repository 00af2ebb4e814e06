/** Invitations at IT's screen: the open list follows what others do, links are renewed and withdrawn. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinFromLink } from '#tests/fixtures/colleagues.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { type TcpProxy, startTcpProxy } from '#tests/fixtures/tcp-proxy.ts';
import { openContext } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

let port: number;
let proxy: TcpProxy;
let town: Town;
let admin: Colleague;

beforeAll(async () => {
	port = await freePort();
	proxy = await startTcpProxy(port);
	town = await openTown({ port, origin: `http://localhost:${proxy.port}` });
	({ admin } = town);
});
afterAll(async () => {
	await town?.close();
	await proxy?.close();
});

type Status = 'open' | 'used' | 'revoked';

/** The row of a person's invitation that stands like this. */
const row = (name: string, status: Status): Locator =>
	admin.page
		.getByRole('row')
		.filter({ hasText: name })
		.filter({ hasText: admin.word(`admin_status_${status}`) });

/** Somebody at a phone opens a link. */
async function open(link: string): Promise<Colleague> {
	const person = await sitDown(await openContext(town.browser, 'phone'), 'Jemand');
	await person.page.goto(link);
	return person;
}

test('whoever is alone is led here by the list of chats, where nothing is yet', async () => {
	await admin.openChats();
	await admin.page.getByText(admin.word('conversations_alone_text')).first().waitFor();
	// Beside it nobody is told to choose from a list in which nothing is.
	await admin.page.getByText(admin.word('conversations_choose_first')).first().waitFor();
	await admin.link('conversations_alone_action').click();
	await admin.heading('admin_page').first().waitFor();
});

test('the open list shows by itself who has joined, and offers to withdraw nothing any more', async () => {
	const link = await admin.invite(BERND);
	await row(BERND.name, 'open').waitFor();
	await admin.button('admin_actions', { name: BERND.name }).waitFor();
	const bernd = await open(link);
	await bernd.join(link);
	await row(BERND.name, 'used').waitFor();
	await expect.poll(() => row(BERND.name, 'open').count()).toBe(0);
	await expect.poll(() => admin.button('admin_actions', { name: BERND.name }).count()).toBe(0);
});

test('once somebody is there, the list of chats leads to the address book', async () => {
	await admin.openChats();
	await admin.link('conversations_empty_action').click();
	await admin.page.getByRole('link').filter({ hasText: BERND.name }).first().waitFor();
});

test('who has joined while IT had no network is shown when it is back', async () => {
	const link = await admin.invite(CLARA);
	proxy.set({ down: true });
	const clara = await joinFromLink(CLARA.name, link, { server: `http://localhost:${port}` });
	await row(CLARA.name, 'open').waitFor();
	proxy.set({ down: false });
	await row(CLARA.name, 'used').waitFor();
	await clara.leaveApp();
});

test('a link that was lost is replaced: the earlier one leads nowhere, the new one in', async () => {
	const lost = await admin.invite(DIETER);
	await admin.choose('admin_actions', { name: DIETER.name }, 'admin_reissue');
	await admin.page.getByText(admin.word('admin_reissued')).first().waitFor();
	const link = await admin.field('admin_link_label').inputValue();
	expect(link).not.toBe(lost);
	await admin.closeSheet();
	await row(DIETER.name, 'revoked').waitFor();
	await row(DIETER.name, 'open').waitFor();

	const finder = await open(lost);
	await finder.heading('join_revoked_title').waitFor();
	const dieter = await open(link);
	await dieter.join(link);
	await row(DIETER.name, 'used').waitFor();
});

test('an invitation that is withdrawn lets nobody in', async () => {
	const link = await admin.invite(EMINE);
	const invited = await open(link);
	await invited.button('common_continue').click();
	await admin.choose('admin_actions', { name: EMINE.name }, 'admin_revoke');
	await admin.page.getByRole('dialog').getByText(EMINE.name).first().waitFor();
	await admin.button('admin_revoke').click();
	await row(EMINE.name, 'revoked').waitFor();
	await expect.poll(() => row(EMINE.name, 'open').count()).toBe(0);

	// Also for whoever had it open already.
	await invited.choosePin();
	await invited.heading('join_revoked_title').waitFor();
	const late = await open(link);
	await late.heading('join_revoked_title').waitFor();
});
