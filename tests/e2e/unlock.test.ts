/** What opens a container: a PIN with the server's help, a pass phrase without, a passkey; and how ten wrong PINs end it. */
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { type Colleague, PHRASE, PIN, sitDown } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, EMINE, type Town, openTown } from './harness/town.ts';

const WRONG = '000000';

let town: Town;
beforeAll(async () => {
	town = await openTown();
});
afterAll(() => town?.close());

const tryPin = async (colleague: Colleague, pin: string): Promise<void> => {
	await colleague.field('lock_pin').fill(pin);
	await colleague.button('lock_open').click();
};

/** As if so many wrong PINs had been typed on a copy of this person's device, and their pauses sat out. */
const missTries = ({ name }: Colleague, failures: number) =>
	inServerDatabase(town.server.dataDir, ({ read }) =>
		read.execute(sql`
			update unlock_shares set failures = ${failures}, retry_at = null where device in (
				select devices.id from devices join people on people.id = person
				where display_name = ${name}
			)`)
	);

/** Shares of this person's devices: whether each can still be tried. */
const sharesOf = ({ name }: Colleague) =>
	inServerDatabase(town.server.dataDir, async ({ read }) => {
		const { rows } = await read.execute<{ lives: boolean; failures: number }>(sql`
			select secret is not null as lives, failures from unlock_shares
			join devices on devices.id = device join people on people.id = person
			where display_name = ${name} order by unlock_shares.created_at`);
		return rows;
	});

const networkOf = ({ page }: Colleague, isOffline: boolean) => page.context().setOffline(isOffline);

test('a PIN opens with the server only, which is said; a try without it counts nowhere', async () => {
	const bernd = await town.welcome(BERND);
	await expect.poll(() => sharesOf(bernd)).toEqual([{ lives: true, failures: 0 }]);
	await bernd.shellKept();
	await bernd.lock();
	await networkOf(bernd, true);
	await bernd.page.getByText(bernd.word('lock_offline')).first().waitFor();
	await tryPin(bernd, PIN);
	await bernd.page.getByText(bernd.word('error_unlock_offline')).first().waitFor();
	await networkOf(bernd, false);
	await expect.poll(() => bernd.page.getByText(bernd.word('lock_offline')).count()).toBe(0);
	await tryPin(bernd, WRONG);
	await bernd.page
		.getByText(bernd.word('lock_left', { count: MAX_TRIES - 1 }))
		.first()
		.waitFor();
	await bernd.unlock();
	await expect.poll(() => sharesOf(bernd)).toEqual([{ lives: true, failures: 0 }]);
	await bernd.page.context().close();
});

test('the tenth wrong PIN leaves nothing on the device or for it, says so, and leads to the start', async () => {
	const clara = await town.welcome(CLARA);
	await expect.poll(() => sharesOf(clara)).toHaveLength(1);
	await clara.lock();
	await missTries(clara, MAX_TRIES - 1);
	const other = await sitDown(clara.page.context(), CLARA.name);
	await other.page.goto(town.server.origin);
	await other.heading('lock_title').waitFor();
	await tryPin(clara, WRONG);
	for (const tab of [clara, other]) {
		await tab.heading('session_tries_title').waitFor();
		await tab.page.getByText(tab.word('session_tries_way')).first().waitFor();
	}
	expect(await sharesOf(clara)).toMatchObject([{ lives: false }]);
	const left = () =>
		clara.page.evaluate(async () => ({
			databases: (await indexedDB.databases()).length,
			caches: (await caches.keys()).length
		}));
	await expect.poll(left).toEqual({ databases: 0, caches: 0 });
	await clara.button('session_start_again').click();
	await clara.heading('welcome_title').waitFor();
	await clara.page.context().close();
});

test('the right PIN at the last try opens, and there are ten tries again', async () => {
	const dieter = await town.welcome(DIETER);
	await expect.poll(() => sharesOf(dieter)).toHaveLength(1);
	await dieter.lock();
	await missTries(dieter, MAX_TRIES - 1);
	await dieter.unlock();
	await expect
		.poll(() => sharesOf(dieter))
		.toMatchObject([{ lives: false }, { lives: true, failures: 0 }]);
	await dieter.lock();
	await tryPin(dieter, WRONG);
	await dieter.page
		.getByText(dieter.word('lock_left', { count: MAX_TRIES - 1 }))
		.first()
		.waitFor();
	await dieter.unlock();
	await dieter.page.context().close();
});

test('a pass phrase in place of the PIN opens without a network, and the server keeps no share for it', async () => {
	const emine = await town.welcome(EMINE);
	await expect.poll(() => sharesOf(emine)).toHaveLength(1);
	await emine.go('/mehr');
	await emine.button('settings_change_pin').click();
	await emine.field('settings_current_pin').fill(PIN);
	await emine.field('common_pin_new').fill(PHRASE);
	await emine.page.getByText(emine.word('common_pin_hint_phrase')).first().waitFor();
	await emine.field('common_pin_repeat').fill(PHRASE);
	await emine.page
		.getByRole('dialog')
		.getByRole('button', { name: emine.word('settings_change_pin'), exact: true })
		.click();
	await emine.page.getByText(emine.word('settings_pin_changed')).first().waitFor();
	expect(await sharesOf(emine)).toMatchObject([{ lives: false }]);
	await emine.shellKept();
	await emine.lock();
	await networkOf(emine, true);
	await emine.field('lock_phrase').fill('vier neue Boote schlafen');
	await emine.button('lock_open').click();
	await emine.page.getByText(emine.word('lock_phrase_wrong')).first().waitFor();
	await emine.unlock(PHRASE);
	await emine.heading('settings_page').waitFor();
	await emine.page.context().close();
});

/** A device that recognises its owner, whenever it is asked. */
async function giveAuthenticator(page: Page, hasPrf: boolean) {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	await devtools.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			ctap2Version: 'ctap2_1',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
			hasPrf
		}
	});
}

const passkeyRow = (colleague: Colleague) =>
	colleague.page.getByRole('button').filter({ hasText: colleague.word('passkey_row') });

test('fingerprint or face: offered after the PIN, opens without a network, and is switched off again', async () => {
	const gerda = await town.welcome({ name: 'Gerda Vogel' });
	await giveAuthenticator(gerda.page, true);
	await gerda.shellKept();
	await gerda.lock();
	await gerda.unlock();
	await gerda.openChats();
	await gerda.button('passkey_offer_yes').click();
	await gerda.field('passkey_add_pin').fill(WRONG);
	await gerda.button('passkey_add').click();
	await gerda.page.getByText(gerda.word('error_pin_wrong')).first().waitFor();
	await gerda.field('passkey_add_pin').fill(PIN);
	await gerda.button('passkey_add').click();
	await gerda.page.getByText(gerda.word('passkey_added')).first().waitFor();
	await gerda.heading('passkey_offer_title').waitFor({ state: 'detached' });

	await gerda.lock();
	await networkOf(gerda, true);
	await gerda.button('lock_passkey').click();
	await gerda.heading('settings_page').waitFor();
	await networkOf(gerda, false);

	// The PIN goes on opening it.
	await gerda.lock();
	await gerda.unlock();
	await gerda.page.getByText(gerda.word('passkey_on')).click();
	await gerda.button('passkey_remove').click();
	await gerda.page.getByText(gerda.word('passkey_off')).first().waitFor();
	await gerda.lock();
	await gerda.unlock();
	await expect.poll(() => gerda.button('lock_passkey').count()).toBe(0);
	await gerda.page.context().close();
});

test('an authenticator that has no secret to give changes nothing, and says so', async () => {
	const irma = await town.welcome({ name: 'Irma Kaya' });
	await giveAuthenticator(irma.page, false);
	await irma.go('/mehr');
	await passkeyRow(irma).click();
	await irma.field('passkey_add_pin').fill(PIN);
	await irma.button('passkey_add').click();
	await irma.page.getByText(irma.word('passkey_unsupported')).first().waitFor();
	await irma.page.context().close();
});
