/** A conversation in which somebody has another key: what can't be shown says so, and in the end so does the chat. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Colleague as Headless, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { withMadeUpKeys } from '#tests/fixtures/made-up-keys.ts';
import { check } from './harness/accessible.ts';
import { BERND, type Town, openTown } from './harness/town.ts';

let town: Town;
let bernd: Headless;
let chat: string;

beforeAll(async () => {
	town = await openTown();
	bernd = await joinFromLink(BERND.name, await town.admin.invite(BERND), { wrap: withMadeUpKeys });
	chat = await bernd.chatWith(town.admin.name);
});
afterAll(async () => {
	await bernd?.leaveApp();
	await town?.close();
});

const CLOSED = 'conversations_closed';

test('a message under an unknown key says what can be done about it, and stops nothing', async () => {
	const { admin } = town;
	await bernd.write(chat, 'Das kann niemand lesen');
	await admin.openChat(BERND.name);
	await admin.page.getByText(admin.word(CLOSED)).first().waitFor();
	await admin.send('Bitte noch einmal');
	await bernd.untilText(chat, 'Bitte noch einmal');
});

test('when it happens again the chat is stopped: it says why, how to go on, and nothing can be written', async () => {
	const { admin } = town;
	const notice = admin.page.getByRole('alert');
	await admin.message('Bitte noch einmal').hover();
	// It counts once the device has come in anew, which it does after a while of chance.
	const writeAgain = async (): Promise<boolean> => {
		await bernd.write(chat, 'Das auch nicht');
		await bernd.untilSent();
		return notice.isVisible();
	};
	await expect.poll(writeAgain, { timeout: 90_000, interval: 4000 }).toBe(true);
	await expect
		.poll(() => notice.textContent())
		.toContain(admin.word('conversations_stopped_title'));
	await expect.poll(() => notice.textContent()).toContain(admin.word('conversations_stopped_next'));
	await expect.poll(() => admin.page.getByRole('textbox').count()).toBe(0);
	// What could be read before can be read still, however much has come since.
	await expect
		.poll(async () => {
			await admin.page.mouse.wheel(0, -400);
			return admin.message('Bitte noch einmal').count();
		})
		.toBe(1);
	const line = admin.page.getByText(admin.word('conversations_stopped_line'));
	await expect.poll(() => line.count()).toBeGreaterThan(0);
	await check(admin.page, 'a stopped chat');
	await admin.link('conversations_stopped_action').click();
	await admin.heading('conversations_new_group').waitFor();
});
