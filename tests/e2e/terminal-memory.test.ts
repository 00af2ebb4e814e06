/**
 * What a visit leaves in the memory of a shared terminal's browser once it is over: nothing that was read, and no key. What
 * is searched for never passes through the test's own line to that browser: that would leave copies by itself.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinFromLink, type Colleague as Node } from '#tests/fixtures/colleagues.ts';
import { type Profile, makeProfile } from './harness/chromium.ts';
import type { Colleague } from './harness/colleague.ts';
import { canReadMemory, findInMemory } from './harness/process-memory.ts';
import type { Needle } from './harness/residue.ts';
import { openTerminal, setUpTerminal } from './harness/terminal.ts';
import { ANNA, type Town, openTown } from './harness/town.ts';

const received = randomBytes(9).toString('hex');
const needles: Needle[] = [received];

let town: Town;
let clara: Node;
let profile: Profile;
let terminal: Colleague;

beforeAll(async () => {
	if (!canReadMemory) return;
	town = await openTown();
	clara = await joinFromLink('Clara', await town.admin.invite({ name: 'Clara' }));
	await town.admin.startChat('Clara');
	await town.admin.send(received);
	const chat = await clara.chatWith(ANNA.name);
	await clara.untilText(chat, received);
	await clara.withStore(async ({ read }) => {
		for (const { epoch, key } of await read.epochKeys.toArray())
			needles.push({ name: `key of epoch ${epoch}`, bytes: key.slice() });
	});
	const link = await setUpTerminal(town.admin);
	profile = await makeProfile();
	terminal = await openTerminal(await profile.open(), link);
});

afterAll(async () => {
	await terminal?.page.context().close();
	await clara?.leaveApp();
	await town?.close();
	await profile?.remove();
});

async function visit(): Promise<void> {
	await terminal.heading('terminals_idle_title').waitFor();
	const code = await terminal.page.locator('.typed').innerText();
	await clara.call('signInAtTerminal', { code });
	await terminal.openChat(ANNA.name);
	await expect.poll(() => terminal.page.getByRole('article').count()).toBeGreaterThan(0);
}

describe.runIf(canReadMemory)('the memory of a terminal’s browser', () => {
	test('holds message and keys during a visit, and the search finds them', async () => {
		await visit();
		// What the browser moves about meanwhile, one look may miss.
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual(
				expect.arrayContaining([
					`${received} as utf8 in renderer`,
					expect.stringMatching(/^key of epoch \d+ as raw in renderer$/)
				])
			);
	});

	test('holds nothing of it once the visit is over', async () => {
		await terminal.button('terminals_sign_out').click();
		await terminal.heading('terminals_idle_title').waitFor();
		await terminal.page.getByText(terminal.word('terminals_ended_signed_out')).first().waitFor();
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual([]);
	});

	test('nor once the page was loaded anew during a visit', async () => {
		await visit();
		await terminal.page.reload();
		await terminal.heading('terminals_idle_title').waitFor();
		await expect
			.poll(() => findInMemory(profile.folder, needles), { timeout: 120_000 })
			.toEqual([]);
	});
});
