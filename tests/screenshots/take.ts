/**
 * Takes the pictures in the app's manifest anew, into static/screenshots; look at them before they go anywhere:
 * `npx tsx tests/screenshots/take.ts`, after `npm run demo` or `npm start` has built the app.
 */
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { DESKTOP, PHONE, launchChromium, openContext } from '#tests/e2e/harness/chromium.ts';
import { type Colleague, sitDown } from '#tests/e2e/harness/colleague.ts';
import type { Key } from '#app/demo/town.ts';
import { CARSTEN, EARLIER, LATER, MIRIAM, OWN, type Visitor } from './story.ts';
import { openStoryTown } from './town.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../static/screenshots');
/** Hour of the day at which everybody joins; the story begins after it. */
const FIRST_HOUR = 5;
const HOUR = 3_600_000;

/** Somewhere it is just past five in the morning: the browser looks on from there. */
const offset = ((FIRST_HOUR - new Date().getUTCHours() + 35) % 24) - 11;
const timezoneId = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
const local = new Date(Date.now() + offset * HOUR);
const midnight =
	Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()) - offset * HOUR;

const town = await openStoryTown(midnight);
const browser = await launchChromium();

async function sit(visitor: Visitor, context: BrowserContext): Promise<Colleague> {
	const colleague = await sitDown(context, visitor.displayName);
	await colleague.join(await town.invite(visitor));
	return colleague;
}

/** Opens a conversation, if it is one of the visitor's, and stays until it is read. */
async function open(
	colleague: Colleague,
	visitor: Visitor,
	place: string | Visitor,
	who: Key = ''
): Promise<void> {
	if (typeof place === 'string' && !visitor.groups.includes(place)) return;
	await colleague.go(`/chat/${await town.placeOf(place, who)}`);
	await colleague.page.getByRole('article').first().waitFor();
}

/** Waits for what comes with a message only, such as letters, and lets go of whatever is focused. */
async function picture(colleague: Colleague, name: string): Promise<void> {
	const { page } = colleague;
	await page.evaluate(async () => {
		if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
		await document.fonts.ready;
	});
	await page.mouse.move(0, 0);
	await page.waitForTimeout(500);
	await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
}

const scale = { deviceScaleFactor: 2, timezoneId };
const carsten = await sit(
	CARSTEN,
	await openContext(browser, 'phone', { ...scale, viewport: PHONE })
);
const miriam = await sit(
	MIRIAM,
	await openContext(browser, 'desktop', { timezoneId, viewport: DESKTOP })
);
await town.receive([CARSTEN, MIRIAM]);
await town.play(EARLIER);

// Everything so far has been read.
for (const [, place, who] of EARLIER) {
	if (place !== MIRIAM) await open(carsten, CARSTEN, place, who);
	if (place !== CARSTEN) await open(miriam, MIRIAM, place, who);
}
for (const [time, by, group, text] of OWN) {
	const colleague = by === CARSTEN ? carsten : miriam;
	await open(colleague, by, group);
	town.setTime(time);
	await colleague.send(text);
	await colleague.state(text, 'read').waitFor();
}
await picture(carsten, 'chat');
await carsten.openChats();
await carsten.button('notifications_offer_no').click();
await town.play(LATER);
await carsten.chatRow(LATER.at(-1)?.[3] ?? '').waitFor();
await picture(carsten, 'chats');
await carsten.go('/adressbuch');
await picture(carsten, 'address-book');
await miriam.chatRow(LATER.at(-1)?.[3] ?? '').waitFor();
await picture(miriam, 'desktop');

await browser.close();
await town.close();
