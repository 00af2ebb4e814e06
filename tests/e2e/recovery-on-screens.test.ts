/** Recovery by IT with nobody but people at screens: from the policy to what a colleague reads in the chat. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from './harness/chromium.ts';
import { sitDown, type Colleague } from './harness/colleague.ts';
import {
	approveOnScreen,
	chooseCustodians,
	keysOfChatKept,
	makeLink,
	numberOn,
	openPerson
} from './harness/restoring-screens.ts';
import { ANNA, BERND, CLARA, DIETER, EMINE, openTown, type Town } from './harness/town.ts';

let town: Town;
let bernd: Colleague;
let clara: Colleague;
let dieter: Colleague;
let emine: Colleague;
beforeAll(async () => {
	town = await openTown();
	bernd = await town.welcome(BERND);
	clara = await town.welcome(CLARA);
	dieter = await town.welcome(DIETER);
	emine = await town.welcome(EMINE);
});
afterAll(() => town?.close());

const { name } = EMINE;
const GROUP = 'Frühschicht';
const WRITTEN = ['Morgen zusammen', 'Wer hat den Schlüssel zum Becken?', 'Hat sich erledigt'];

async function untilWritten(person: Colleague, texts: string[]): Promise<void> {
	await expect
		.poll(async () => (await person.readAll()).map(({ text }) => text), { timeout: 60_000 })
		.toEqual(expect.arrayContaining(texts));
}

test('IT switches it on, a phone is lost, two custodians approve, and everything is there again', async () => {
	const { admin } = town;
	await chooseCustodians(admin, [ANNA.name, BERND.name, CLARA.name]);

	await emine.startChat(DIETER.name);
	for (const text of WRITTEN) await emine.send(text);
	await dieter.openChat(name);
	await dieter.message(WRITTEN.at(-1) ?? '').waitFor();
	await dieter.send('Gut, dann bis gleich');
	await emine.message('Gut, dann bis gleich').waitFor();
	await emine.startGroup(GROUP, [BERND.name, DIETER.name]);
	await emine.send('Hier für alle');
	await emine.state('Hier für alle', 'delivered').waitFor();
	await keysOfChatKept(emine);

	const link = await makeLink(admin, name);
	await emine.page.context().close();

	const anew = await sitDown(await openContext(town.browser, 'phone'), name);
	await anew.page.goto(link);
	await anew.heading('recovery_wait_title', { name }).waitFor();
	const number = (await numberOn(anew)).join(' ');
	for (const [before, custodian] of [bernd, clara].entries()) {
		await anew.heading('recovery_wait_count', { count: before }).waitFor();
		await approveOnScreen(custodian, { name, number });
	}
	await anew.choosePin();
	await anew.enter();

	await anew.openChat(DIETER.name);
	await untilWritten(anew, [...WRITTEN, 'Gut, dann bis gleich']);
	await anew.openChat(GROUP);
	await untilWritten(anew, ['Hier für alle']);
	await anew.send('Ich bin wieder da');
	await anew.state('Ich bin wieder da', 'delivered').waitFor();
	await anew.page.getByText(anew.word('safety_alarm_restored_title')).first().waitFor();

	const line = dieter.page.getByText(/bestätigt, dass .*ein neues Gerät hat/).last();
	await line.waitFor({ timeout: 60_000 });
	const says = await line.innerText();
	for (const who of [BERND.name, CLARA.name, name]) expect(says).toContain(who);
	await openPerson(admin, name);
	await admin.page.getByText(admin.word('restore_stage_finished')).first().waitFor();
});
