/**
 * Ten wrong PINs, typed one after the other on a copied profile: then nothing opens what is in any copy, with the right
 * PIN neither, and whoever it belongs to reads why. The pauses between them are sat out on the server; that the browser
 * rests too is left out on the way to it.
 */
import { cp } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_TRIES, delayAfter } from '#shared/domain/unlock-tries.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { check } from './harness/accessible.ts';
import { type Profile, makeProfile } from './harness/chromium.ts';
import { type Colleague, PIN, sitDown } from './harness/colleague.ts';
import { BERND, type Town, openTown } from './harness/town.ts';

const WRONG = '000000';

let town: Town;
/** Of the person, with the app open, and copies of it from before. */
let profile: Profile;
let copies: [tried: Profile, silent: Profile, online: Profile];
let bernd: Colleague;

beforeAll(async () => {
	town = await openTown();
	profile = await makeProfile('phone');
	copies = await Promise.all([makeProfile('phone'), makeProfile('phone'), makeProfile('phone')]);
	const joining = await profile.open();
	const joined = await town.welcome(BERND, { context: joining });
	await joined.lock();
	await joining.close();
	for (const copy of copies) await cp(profile.folder, copy.folder, { recursive: true });
	bernd = await sitDown(await profile.open(), BERND.name);
	await bernd.page.goto(town.server.origin);
	await bernd.unlock();
	await bernd.atChats();
});
afterAll(async () => {
	await bernd?.page.context().close();
	await town?.close();
	for (const each of [profile, ...(copies ?? [])]) await each?.remove();
});

/** Every pause has passed: on the server before it is asked, on the device by an answer that names none. */
async function sitOutPauses(context: BrowserContext, pauses: number[]): Promise<void> {
	await context.route('**/api/trpc/unlock.evaluate*', async (route) => {
		await inServerDatabase(town.server.dataDir, ({ read }) =>
			read.execute(sql`update unlock_shares set retry_at = null`)
		);
		const response = await route.fetch();
		const text = await response.text();
		const pause = /"retryAfter":(\d+)/.exec(text)?.[1];
		if (pause !== undefined) pauses.push(Number(pause));
		await route.fulfill({ response, body: text.replace(/"retryAfter":\d+/, '"retryAfter":0') });
	});
}

const tryPin = async (person: Colleague, pin: string): Promise<void> => {
	await person.field('lock_pin').fill(pin);
	await person.button('lock_open').click();
};

const saysWhy = async (person: Colleague): Promise<void> => {
	await person.heading('session_tries_title').waitFor();
	await person.page.getByText(person.word('session_tries_way')).first().waitFor();
};

test('there are ten tries on a copy, each later than the one before', async () => {
	const context = await copies[0].open();
	const pauses: number[] = [];
	await sitOutPauses(context, pauses);
	const thief = await sitDown(context, BERND.name);
	await thief.page.goto(town.server.origin);
	for (let left = MAX_TRIES - 1; left > 0; left -= 1) {
		await tryPin(thief, WRONG);
		await thief.page
			.getByText(thief.word('lock_left', { count: left }))
			.first()
			.waitFor();
	}
	await tryPin(thief, WRONG);
	await saysWhy(thief);
	const failures = Array.from({ length: MAX_TRIES - 1 }, (_, index) => index + 1);
	expect(pauses.slice(0, -1)).toEqual(failures.map(delayAfter));
	await context.close();
});

test('the app that was open meanwhile says what happened, and leads to the ways back in', async () => {
	await saysWhy(bernd);
	await check(bernd.page, 'ten wrong PINs');
	await bernd.button('session_tries_recover').click();
	await bernd.heading('recovery_ways_title').waitFor();
});

test('another copy opens with the right PIN neither, also where it hears of nothing else', async () => {
	const context = await copies[1].open();
	await context.route('**/api/trpc/devices.orders*', (route) => route.abort());
	const thief = await sitDown(context, BERND.name);
	await thief.page.goto(town.server.origin);
	await thief.heading('lock_title').waitFor();
	await tryPin(thief, PIN);
	await saysWhy(thief);
	await thief.button('session_start_again').click();
	await thief.heading('welcome_title').waitFor();
	await context.close();
});

test('a copy that is only looked at says it by itself', async () => {
	const context = await copies[2].open();
	const person = await sitDown(context, BERND.name);
	await person.page.goto(town.server.origin);
	await saysWhy(person);
	await context.close();
});
