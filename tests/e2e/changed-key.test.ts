/** A server that shows another key for somebody than before: who knows the person is told so wherever they meet. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '#server/db/pool.ts';
import { createLog } from '#server/kernel/log.ts';
import { startOwnPostgres, type OwnPostgres } from '#tests/start/own-postgres.ts';
import { urlOf } from '#tests/start/processes.ts';
import { check } from './harness/accessible.ts';
import type { Colleague } from './harness/colleague.ts';
import { BERND, CLARA, DIETER, type Town, openTown } from './harness/town.ts';

const TITLE = 'Winterdienst';
let postgres: OwnPostgres;
let pool: pg.Pool;
let town: Town;
let bernd: Colleague;
let clara: Colleague;

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, createLog('silent'));
	town = await openTown({ env: { DATABASE_URL: urlOf(postgres.address) } });
	bernd = await town.welcome(BERND);
	clara = await town.welcome(CLARA);
	await town.admin.startGroup(TITLE, [BERND.name, CLARA.name]);
	await town.admin.startChat(CLARA.name);
	await town.admin.send('Streusalz ist bestellt.');
	for (const one of [bernd, clara]) await one.openChat(TITLE);
});
afterAll(async () => {
	await town?.close();
	await pool?.end();
	await postgres?.end();
});

test('in the chat with the person, and in the row of every group, which explains it', async () => {
	const { admin } = town;
	const { rowCount } = await pool.query(
		`update people set identity_key = $1, change = nextval('directory_change') where display_name = $2`,
		[randomBytes(32), CLARA.name]
	);
	expect(rowCount).toBe(1);
	// Any change has everybody look at the directory again.
	await admin.invite(DIETER);
	await admin.openChat(CLARA.name);
	await admin.page.getByText(admin.word('conversations_key_changed'), { exact: true }).waitFor();

	await admin.openChat(TITLE);
	await admin.go(`${new URL(admin.page.url()).pathname}/info`);
	await admin.heading('conversations_info_group').waitFor();
	const warning = admin.page.getByText(admin.word('conversations_member_key_changed'), {
		exact: true
	});
	await warning.waitFor();
	await expect.poll(() => warning.count()).toBe(1);
	await check(admin.page, 'members, one with another key');

	await admin.button('conversations_member_menu', { name: CLARA.name }).click();
	await admin.page
		.getByRole('menuitem', { name: admin.word('conversations_key_changed_action') })
		.click();
	const sheet = admin.page.getByRole('dialog', { name: CLARA.name });
	await sheet.getByText(admin.word('directory_key_changed_title'), { exact: true }).waitFor();
	await check(admin.page, 'what another key means');
	await admin.page.keyboard.press('Escape');
});
