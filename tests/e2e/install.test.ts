/** The app is installable, and starts in a window of its own with everything that was there. */
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, sitDown } from './harness/colleague.ts';
import { ANNA, BERND, type Town, openTown } from './harness/town.ts';

let town: Town;
let profile: Profile;
let bernd: Colleague;
let cdp: CDPSession;

beforeAll(async () => {
	town = await openTown();
	profile = await makeProfile();
	const context = await profile.open({ args: ['--bypass-app-banner-engagement-checks'] });
	bernd = await town.welcome(BERND, { context });
	cdp = await context.newCDPSession(bernd.page);
});

afterAll(async () => {
	await bernd?.page.context().close();
	await town?.close();
	await profile?.remove();
});

test('the browser finds nothing in the way of installing', async () => {
	const { installabilityErrors } = (await cdp.send('Page.getInstallabilityErrors')) as {
		installabilityErrors: { errorId: string }[];
	};
	expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
	const { errors } = await cdp.send('Page.getAppManifest');
	expect(errors).toEqual([]);
});

test('installed, it starts in a window of its own and unlocks with the same PIN', async () => {
	await town.admin.startChat(BERND.name);
	await town.admin.send('Vor der Installation');
	await bernd.chatRow(ANNA.name).waitFor();
	const context = bernd.page.context();
	const manifestId = new URL('/', town.server.origin).href;
	await cdp.send(
		'PWA.install' as never,
		{ manifestId, installUrlOrBundleUrl: manifestId } as never
	);
	const opened = context.waitForEvent('page');
	await cdp.send('PWA.launch' as never, { manifestId } as never);
	const window = await opened;
	await window.waitForLoadState();
	expect(await window.evaluate(() => matchMedia('(display-mode: standalone)').matches)).toBe(true);
	await bernd.page.close();
	bernd = await sitDown(context, BERND.name);
	await window.getByText('Vor der Installation').waitFor();
});
