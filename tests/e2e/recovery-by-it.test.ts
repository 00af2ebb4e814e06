/** Somebody has lost their only device: IT's link on a new one, a number that is read out, two custodians, and all is there. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague as Headless } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { approve, codeOf, linkFor, setCustodians, setPolicy } from '#tests/fixtures/restoring.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { check } from './harness/accessible.ts';
import { launchChromium, openContext } from './harness/chromium.ts';
import { PIN, type Colleague, sitDown } from './harness/colleague.ts';
import { keysOfChatKept, numberOn } from './harness/restoring-screens.ts';

let server: TestServer;
let browser: Browser;
/** IT and two custodians, without screens. */
let ada: Headless;
let bert: Headless;
let cora: Headless;

beforeAll(async () => {
	[server, browser] = await Promise.all([
		startServer({ env: { RATE_LIMIT_FACTOR: '100' } }),
		launchChromium()
	]);
	ada = await joinFromLink('Ada Brandt', await server.firstLink());
	bert = await joinColleague(ada, 'Bert Kohl', { department: 'Ordnungsamt' });
	cora = await joinColleague(ada, 'Cora Lindt', { department: 'Personalamt' });
	await setPolicy(ada, true);
	await setCustodians(ada, ada, bert, cora);
});
afterAll(async () => {
	for (const each of [ada, bert, cora]) await each?.leaveApp();
	await browser?.close();
	await server?.close();
});

type Size = 'phone' | 'desktop';

/** Somebody who has joined in a browser, and written to a custodian. */
async function join(name: string, size: Size): Promise<Colleague> {
	const details = { displayName: name, department: '', functionTitle: '', phone: '', email: '' };
	const input = { details, role: 'member' as const, validHours: 1 };
	const { link } = await ada.call('createInvitation', input);
	const person = await sitDown(await openContext(browser, size), name);
	await person.join(link);
	return person;
}

/** A browser that nobody has joined on. */
const sitAnew = async (name: string, size: Size): Promise<Colleague> =>
	sitDown(await openContext(browser, size), name);

const fragmentFor = async (name: string): Promise<string> => linkFor(ada, await ada.find(name));

const count = (person: Colleague, approvals: number) =>
	person.heading('recovery_wait_count', { count: approvals });

test.each([
	['phone', 'Petra Sommer'],
	['desktop', 'Paul Winter']
] as const)(
	'at a %s, a number and two custodians lead back to what was written',
	async (size, name) => {
		const person = await join(name, size);
		await person.startChat(bert.name);
		await person.send('Vom alten Gerät');
		await person.state('Vom alten Gerät', 'delivered').waitFor();
		await keysOfChatKept(person);
		const fragment = await fragmentFor(name);
		await person.page.context().close();

		const anew = await sitAnew(name, size);
		await anew.page.goto(`${server.origin}/wiederherstellen#${fragment}`);
		await anew.heading('recovery_wait_title', { name }).waitFor();
		await expect.poll(() => anew.page.url()).toBe(`${server.origin}/wiederherstellen?link`);
		await count(anew, 0).waitFor();
		await anew.page.getByText(bert.name).first().waitFor();
		await check(anew.page, 'waiting for two custodians');
		const number = await numberOn(anew);
		expect(number.join('')).toMatch(/^\d{9}$/);
		await approve(bert, number);
		await count(anew, 1).waitFor();
		await approve(cora, number);
		await anew.choosePin(PIN);
		await anew.enter();
		await anew.openChat(bert.name);
		await anew.message('Vom alten Gerät').waitFor();
		await anew.send('Ich bin wieder da');
		await anew.state('Ich bin wieder da', 'delivered').waitFor();
		await anew.page.goto(`${server.origin}/mehr/geraete`);
		await anew.page.getByText(/Von der IT wiederhergestellt/).waitFor();
		await anew.page.context().close();
	}
);

test('loaded anew, the link is to be opened once more, with another number that is compared again', async () => {
	const name = 'Frida Sand';
	const first = await join(name, 'phone');
	await first.startChat(bert.name);
	await first.send('Noch da');
	await first.state('Noch da', 'delivered').waitFor();
	const fragment = await fragmentFor(name);
	await first.page.context().close();

	const anew = await sitAnew(name, 'phone');
	await anew.page.goto(`${server.origin}/wiederherstellen#${fragment}`);
	await count(anew, 0).waitFor();
	const number = await numberOn(anew);
	await approve(bert, number);
	await count(anew, 1).waitFor();
	await anew.page.reload();
	await anew.page.getByText(anew.word('recovery_link_reloaded')).first().waitFor();
	await check(anew.page, 'the link is to be opened again');
	await anew.field('recovery_link_label').fill('https://example.org/wiederherstellen');
	await anew.button('recovery_enter_go').click();
	await anew.page.getByText(anew.word('recovery_link_wrong')).first().waitFor();
	await anew.field('recovery_link_label').fill(`${server.origin}/wiederherstellen#${fragment}`);
	await anew.button('recovery_enter_go').click();
	await count(anew, 0).waitFor();
	expect(await numberOn(anew)).not.toEqual(number);
	// The number from before is nobody's any more.
	await expect(approve(cora, number)).rejects.toThrow();

	const other = await sitAnew(name, 'desktop');
	await other.page.goto(`${server.origin}/wiederherstellen#${fragment}`);
	await count(other, 0).waitFor();
	await anew.page.getByText(anew.word('error_recovery_used')).first().waitFor();
	await check(anew.page, 'the link was opened elsewhere');

	const [request] = await cora.call('listRecoveries', undefined);
	await cora.call('refuseRecovery', { id: request?.id ?? '' });
	await other.page
		.getByText(other.word('recovery_over_refused_by', { name: cora.name }))
		.first()
		.waitFor();
	await check(other.page, 'refused');
	await other.page.goto('about:blank');
	await other.page.goto(`${server.origin}/wiederherstellen#${fragment}`);
	await other.page.getByText(other.word('error_recovery_refused')).first().waitFor();
	for (const each of [anew, other]) await each.page.context().close();
});

test('links that are over or none at all say what to do', async () => {
	const name = 'Gerd Ohm';
	const first = await join(name, 'phone');
	await first.startChat(bert.name);
	await first.send('Hier');
	await first.state('Hier', 'delivered').waitFor();
	const fragment = await fragmentFor(name);
	const [request] = await ada.call('listRecoveries', undefined);
	await ada.call('cancelRecovery', { id: request?.id ?? '' });

	const anew = await sitAnew(name, 'phone');
	await anew.page.goto(`${server.origin}/wiederherstellen#${fragment}`);
	await anew.page.getByText(anew.word('error_recovery_cancelled')).first().waitFor();
	await check(anew.page, 'a link that was taken back');
	await anew.page.goto('about:blank');
	await anew.page.goto(`${server.origin}/wiederherstellen#${'A'.repeat(43)}`);
	await anew.page.getByText(anew.word('recovery_over_unknown_text')).first().waitFor();
	await anew.button('common_back').click();
	await anew.heading('recovery_ways_title').waitFor();

	await anew.page.goto('about:blank');
	const next = await fragmentFor(name);
	await anew.page.goto(`${server.origin}/wiederherstellen#${next}`);
	await count(anew, 0).waitFor();
	await setPolicy(ada, false);
	await anew.page.getByText(anew.word('error_recovery_off')).first().waitFor();
	await check(anew.page, 'recovery by IT is switched off');
	expect(await codeOf(ada.call('startRecovery', { person: await ada.find(name) }))).toBe(
		'not_found'
	);
	for (const each of [anew, first]) await each.page.context().close();
});
