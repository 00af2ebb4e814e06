/**
 * From the PIN to a list of chats that can be read, in a real browser with a history on the device, and where the time
 * goes: the vault's worker starts, the server works on the blinded PIN while Argon2id stretches it, then the engine
 * opens its database and shows the first list. Read off the calls that the browser makes, so that nothing in the
 * product is there for the measurement; Argon2id and the OPRF also alone, under Node.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { argon2 } from '#core/crypto/argon2.ts';
import { utf8 } from '#core/crypto/bytes.ts';
import { blindInput, deriveOprfKey, evaluateBlinded, finishOprf } from '#core/crypto/oprf.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { makeProfile, type Profile } from '#tests/e2e/harness/chromium.ts';
import { PHRASE, PIN, sitDown } from '#tests/e2e/harness/colleague.ts';
import { joinFromLink } from '#tests/fixtures/colleagues.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { joinWriter } from './long-history.ts';
import type { Report } from './run.ts';
import { reportPercentiles } from './samples.ts';

const HISTORY = 1000;
const ROUNDS = 10;
/** Milliseconds between two digits: a quick hand. */
const BETWEEN_KEYS = 120;
const PIECES = ['worker', 'round-trip', 'key', 'database-and-list', 'readable'] as const;
type Timing = Record<(typeof PIECES)[number], number>;

/** The clock that page and bench share. */
const now = (): number => performance.timeOrigin + performance.now();

/** When the browser makes a call and when it is answered; resolves with both. */
const watchCall = (context: BrowserContext, path: string) =>
	new Promise<{ asked: number; answered: number }>((resolve) => {
		let asked = 0;
		const isIt = (url: string): boolean => url.endsWith(path);
		context.on('request', (request) => {
			if (isIt(request.url())) asked = now();
		});
		context.on('response', (response) => {
			if (isIt(response.url())) resolve({ asked, answered: now() });
		});
	});

/** Milliseconds between two looks of the page at itself. */
const LOOK = 4;

/** When the button is pressed, and when a row of the list has a text: as the page itself sees it. */
const watchPage = (page: Page, text: string) =>
	page.evaluateHandle(
		([wanted, every]) => {
			let pressed = 0;
			const press = { capture: true, once: true };
			addEventListener(
				'click',
				() => (pressed = performance.timeOrigin + performance.now()),
				press
			);
			const readable = new Promise<{ pressed: number; readable: number }>((resolve) => {
				const looking = setInterval(() => {
					const rows = [...document.querySelectorAll('li a')];
					if (!rows.some((row) => row.textContent.includes(wanted))) return;
					clearInterval(looking);
					resolve({ pressed, readable: performance.timeOrigin + performance.now() });
				}, every);
			});
			return { readable };
		},
		[text, LOOK] as const
	);

/** Milliseconds, each from the press but for the round trip and what comes after the key. */
async function unlock(profile: Profile, origin: string): Promise<Timing> {
	const context = await profile.open();
	try {
		const reader = await sitDown(context, 'Rita Leser');
		await reader.page.goto(origin);
		await reader.field('lock_pin').pressSequentially(PIN, { delay: BETWEEN_KEYS });
		const evaluating = watchCall(context, 'unlock.evaluate');
		// Told right after the key has been handed over.
		const confirming = watchCall(context, 'unlock.confirm');
		const page = await watchPage(reader.page, 'Writer');
		await reader.button('lock_open').click();
		const { pressed, readable } = await page.evaluate((watched) => watched.readable);
		const { asked, answered } = await evaluating;
		const { asked: opened } = await confirming;
		return {
			worker: asked - pressed,
			'round-trip': answered - asked,
			key: opened - pressed,
			'database-and-list': readable - opened,
			readable: readable - pressed
		};
	} finally {
		await context.close();
	}
}

/** Milliseconds of one run. */
async function timed(work: () => unknown): Promise<number> {
	const from = performance.now();
	await work();
	return performance.now() - from;
}

async function repeat(work: () => unknown): Promise<number[]> {
	await work();
	const samples: number[] = [];
	for (let at = 0; at < ROUNDS; at += 1) samples.push(await timed(work));
	return samples;
}

async function measureAlone(put: (metric: string, samples: number[]) => void): Promise<void> {
	const salt = randomBytes(16);
	put('argon2id-alone', await repeat(() => argon2(utf8(PHRASE), salt)));
	const key = deriveOprfKey(randomBytes(32), utf8('bench'));
	const input = utf8(PIN);
	const { blind, blinded } = blindInput(input);
	const evaluated = evaluateBlinded(key, blinded);
	put('oprf-device', await repeat(() => (blindInput(input), finishOprf(input, blind, evaluated))));
	put(
		'oprf-server',
		await repeat(() => evaluateBlinded(deriveOprfKey(randomBytes(32), utf8('bench')), blinded))
	);
}

export async function run(report: Report): Promise<void> {
	const put = (metric: string, samples: number[]): void =>
		reportPercentiles(report, samples, (name) => `${metric}-${name}`);
	await measureAlone(put);
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	const profile = await makeProfile();
	try {
		const admin = await joinFromLink('Anna Weber', await server.firstLink());
		const invite = async (displayName: string): Promise<string> => {
			const details = { displayName, department: '', functionTitle: '', phone: '', email: '' };
			const input = { details, role: 'member' as const, validHours: 24 };
			return (await admin.call('createInvitation', input)).link;
		};
		const joining = await profile.open();
		const reader = await sitDown(joining, 'Rita Leser');
		await reader.join(await invite('Rita Leser'));
		const writer = await joinWriter(server, await invite('Writer'), '');
		await writer.write(await writer.find('Rita Leser'), HISTORY);
		await joining.close();
		// The browser takes it all in before anything is measured.
		const catching = await profile.open();
		const receiving = await sitDown(catching, 'Rita Leser');
		await receiving.comeBack(server.origin);
		const last = receiving.chatRow('Writer').getByText(`Zeile ${HISTORY - 1}:`);
		await last.waitFor({ timeout: 120_000 });
		await catching.close();

		const timings: Timing[] = [];
		for (let at = 0; at < ROUNDS; at += 1) timings.push(await unlock(profile, server.origin));
		for (const piece of PIECES) {
			put(
				piece,
				timings.map((timing) => timing[piece])
			);
		}
	} finally {
		await profile.remove();
		await server.close();
	}
}
