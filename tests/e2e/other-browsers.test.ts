/** Firefox and WebKitGTK: the app joins, writes, keeps what it has through the end of the network, and unlocks. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type TcpProxy, startTcpProxy } from '#tests/fixtures/tcp-proxy.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { PHRASE } from './harness/colleague.ts';
import { isEquippedFor } from './harness/equipment.ts';
import { launchFirefox } from './harness/firefox.ts';
import {
	type PlainBrowser,
	button,
	field,
	fill,
	press,
	waitFor,
	waitForText
} from './harness/plain-browser.ts';
import { ANNA, type Town, openTown } from './harness/town.ts';
import { launchWebKit } from './harness/webkit.ts';
import { word } from './harness/words.ts';

let town: Town;
let proxy: TcpProxy;

beforeAll(async () => {
	const port = await freePort();
	proxy = await startTcpProxy(port);
	town = await openTown({ port, origin: `http://localhost:${proxy.port}` });
});
afterAll(async () => {
	await town?.close();
	await proxy?.close();
});

const BROWSERS = [
	{ name: 'Firefox', isHere: isEquippedFor('firefox'), launch: launchFirefox },
	{ name: 'WebKitGTK', isHere: isEquippedFor('webkit'), launch: launchWebKit }
];

describe.each(BROWSERS)('$name', ({ name, isHere, launch }) => {
	let browser: PlainBrowser;
	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(async () => {
		proxy.set({ down: false });
		await browser?.close();
	});

	test.runIf(isHere)('joins, writes, and reads on without a network', async () => {
		const person = `Nutzer ${name}`;
		const chat = `//a[contains(@href, "/chat/")]`;
		const link = await town.admin.invite({ name: person });
		await browser.open(link);
		await press(browser, button(word('common_continue')));
		await fill(browser, field(word('common_pin_new')), PHRASE);
		await fill(browser, field(word('common_pin_repeat')), PHRASE);
		await press(browser, button(word('join_finish')));
		await waitForText(browser, word('join_done'));
		await press(browser, button(word('join_open')));
		await waitForText(browser, word('conversations_empty_title'));

		await town.admin.startChat(person);
		await town.admin.send(`Willkommen, ${name}`);
		await waitForText(browser, `Willkommen, ${name}`);
		await press(browser, chat);
		const composer = field(word('conversations_write_to', { title: ANNA.name }));
		await fill(browser, composer, `Gruß aus ${name}`);
		await press(browser, button(word('conversations_send')));
		await town.admin.message(`Gruß aus ${name}`).waitFor();

		await browser.shellKept();
		proxy.set({ down: true });
		// Coming back finds the app without a network.
		await browser.open('about:blank');
		await browser.open(town.server.origin);
		// The worker with the keys may outlive the page by a moment: then the app is still open.
		const phrase = field(word('lock_phrase'));
		await waitFor(browser, `${phrase} | ${chat}`);
		if (await browser.has(phrase)) {
			await fill(browser, phrase, PHRASE);
			await press(browser, button(word('lock_open')));
		}
		await press(browser, chat);
		await waitForText(browser, `Willkommen, ${name}`);
		await waitForText(browser, `Gruß aus ${name}`);
	});
});
