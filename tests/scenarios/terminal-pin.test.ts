import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREPARED_VISITS } from '#shared/contract/terminal-pin.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { Terminal } from '#tests/fixtures/terminal.ts';

const PIN = '739164';

let server: TestServer;
let petra: Colleague;
let jonas: Colleague;
let library: Terminal;
let chat: string;

const allow = async (terminalPin: boolean): Promise<void> => {
	const { version, policy } = await petra.until('policy', undefined, () => true);
	await petra.call('setPolicy', { version, policy: { ...policy, terminalPin } });
	for (const person of [petra, jonas])
		await person.until('policy', undefined, (state) => state.policy.terminalPin === terminalPin);
};

const visits = async (person: Colleague) =>
	(await person.call('terminalPin', undefined))?.visits ?? 0;

const untilReady = async (person: Colleague): Promise<void> => {
	await expect.poll(() => visits(person)).toBe(PREPARED_VISITS);
};

const come = async (person: Colleague, typed: { code: string; pin: string }) => {
	const tried = await library.tryPin(person.name, typed);
	if (!('visitor' in tried)) throw new Error(JSON.stringify(tried));
	return tried.visitor;
};

const hasKey = (person: Colleague): Promise<boolean> =>
	person.withStore(async ({ read }) => (await read.facts.get('terminalPin')) !== undefined);

const deviceOf = async (person: Colleague): Promise<string> =>
	(await person.until('status', undefined, () => true)).device.id;

/** After the tablet: the second generation of the account's key, and what was written since. */
const ANEW = { generation: 2, reads: true };

const seenBy = async (person: Colleague, code: string): Promise<object> => {
	await untilReady(person);
	const visitor = await come(person, { code, pin: PIN });
	// What was written before comes page by page, after all else.
	await visitor.until('history', undefined, ({ isComplete, total }) => isComplete && total > 0);
	const fact = await visitor.withStore(({ read }) => read.facts.get('terminal'));
	const generation = fact?.name === 'terminal' ? fact.drafts.generation : 0;
	const reads = generation === 2 && (await visitor.texts(chat)).includes('Nach dem Tablet');
	await visitor.call('leaveTerminal', undefined);
	await visitor.leaveApp();
	return { generation, reads };
};

const untilEnded = (visitor: Colleague) =>
	visitor.until('status', undefined, ({ problem }) => problem === 'device_revoked', 60_000);

beforeAll(async () => {
	server = await startServer();
	petra = await joinFromLink('Petra', await server.firstLink());
	jonas = await joinColleague(petra, 'Jonas');
	library = await Terminal.register(petra, 'Bibliothek');
	chat = await petra.chatWith('Jonas');
	await petra.write(chat, 'Vor dem Besuch');
	await jonas.untilText(chat, 'Vor dem Besuch');
});
afterAll(async () => {
	await petra?.leaveApp();
	await jonas?.leaveApp();
	await server?.close();
});

describe('a code and a PIN in place of the phone', () => {
	it('are not to be had where the authority wants none', async () => {
		await expect(jonas.call('setTerminalPin', { pin: PIN })).rejects.toMatchObject({
			code: 'forbidden'
		});
		const tried = await library.tryPin('Jonas', { code: '0123456789', pin: PIN });
		expect(tried).toEqual({ refusal: { refusal: 'forbidden' } });
		await allow(true);
	});

	it('keep to the length that the authority lays down', async () => {
		await expect(jonas.call('setTerminalPin', { pin: '7391' })).rejects.toMatchObject({
			code: 'bad_request'
		});
	});

	it('let in while all of the person’s devices are switched off, and text left there reaches them', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		await jonas.leaveApp();
		const visitor = await come(jonas, { code: code.toLowerCase(), pin: PIN });
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.untilText(chat, 'Vor dem Besuch');
		await visitor.write(chat, 'Ohne Handy');
		await petra.untilText(chat, 'Ohne Handy');
		await visitor.call('saveDraft', { conversation: chat, text: 'Angefangen' });
		await visitor.withStore(async ({ read }) => {
			const account = await read.facts.get('account');
			expect(account?.name === 'account' && account.identity.secretKey).toBeNull();
			expect(await read.facts.get('backup')).toBeUndefined();
			expect(await read.facts.get('terminalPin')).toBeUndefined();
		});
		await visitor.call('leaveTerminal', undefined);
		await visitor.leaveApp();
		await jonas.openApp();
		await jonas.until('conversation', { id: chat }, (shown) => shown?.draft === 'Angefangen');
		await jonas.untilText(chat, 'Ohne Handy');
		await jonas.call('saveDraft', { conversation: chat, text: '' });
		await untilReady(jonas);
	});

	it('show what was written since they were made, once the phone has been there', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		// Another device: keys of groups and of the account change.
		const tablet = await jonas.addDevice();
		const device = await deviceOf(tablet);
		await tablet.untilText(chat, 'Ohne Handy');
		await tablet.write(chat, 'Vom Tablet');
		await jonas.untilText(chat, 'Vom Tablet');
		await tablet.leaveApp();
		await jonas.call('revokeDevice', { id: device });
		await petra.write(chat, 'Nach dem Tablet');
		await jonas.untilText(chat, 'Nach dem Tablet');
		// At first it may still be what was prepared before.
		const seen: object[] = [];
		for (
			let tries = 0;
			tries < 8 && !seen.some((each) => isDeepStrictEqual(each, ANEW));
			tries += 1
		)
			seen.push(await seenBy(jonas, code));
		expect(seen).toContainEqual(ANEW);
	});

	it('leave closed what was written under keys that came after the phone was switched off, and say so', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		await jonas.leaveApp();
		const tablet = await petra.addDevice();
		await tablet.untilText(chat, 'Nach dem Tablet');
		await tablet.write(chat, 'Unter neuem Schlüssel');
		await petra.untilText(chat, 'Unter neuem Schlüssel');
		const visitor = await come(jonas, { code, pin: PIN });
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.write(chat, 'Trotzdem da');
		await petra.untilText(chat, 'Trotzdem da');
		await petra.write(chat, 'Gut so');
		await visitor.untilText(chat, 'Gut so');
		const unreadable = async () =>
			(await visitor.messages(chat)).filter(({ kind }) => kind === 'pending' || kind === 'closed');
		await expect.poll(unreadable).toHaveLength(1);
		const shown = await visitor.messages(chat);
		expect(shown.map(({ text }) => text)).not.toContain('Unter neuem Schlüssel');
		await visitor.call('leaveTerminal', undefined);
		await visitor.leaveApp();
		await jonas.openApp();
		await jonas.untilText(chat, 'Unter neuem Schlüssel');
		await tablet.leaveApp();
	});

	it('show a visit on the phone, which ends it', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		const visitor = await come(jonas, { code, pin: PIN });
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		const [visit] = await jonas.call('listVisits', undefined);
		expect(visit).toMatchObject({ name: 'Bibliothek' });
		await jonas.call('endVisit', { device: visit?.device ?? '' });
		await untilEnded(visitor);
		await visitor.leaveApp();
	});

	it('open nothing with another PIN, another code, or the code before', async () => {
		const { code: before } = await jonas.call('setTerminalPin', { pin: PIN });
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		const refusals = [];
		for (const typed of [
			{ code, pin: '739165' },
			{ code: before, pin: PIN },
			{ code: '0000000000', pin: PIN },
			{ code: 'kein Code', pin: PIN }
		])
			refusals.push(await library.tryPin('Jonas', typed));
		const unknown = { refusal: { refusal: 'unknown' } };
		const wrong = { refusal: { refusal: 'wrong', left: 9, retryAfter: 0 } };
		expect(refusals).toEqual([wrong, unknown, unknown, unknown]);
		const visitor = await come(jonas, { code, pin: PIN });
		await visitor.call('leaveTerminal', undefined);
		await visitor.leaveApp();
	});

	it('let in at the tenth try too, where that one is right, and are over then', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		await inServerDatabase(server.dataDir, ({ read }) =>
			read.execute(sql`update terminal_pins set failures = 9`)
		);
		const visitor = await come(jonas, { code, pin: PIN });
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.untilText(chat, 'Vor dem Besuch');
		expect(await jonas.call('terminalPin', undefined)).toMatchObject({ isDestroyed: true });
		expect(await library.tryPin('Jonas', { code, pin: PIN })).toEqual({
			refusal: { refusal: 'destroyed' }
		});
		await visitor.leaveApp();
		await expect.poll(() => hasKey(jonas)).toBe(false);
	});

	it('are over once the person ends them, or the authority forbids them', async () => {
		const { code } = await jonas.call('setTerminalPin', { pin: PIN });
		await jonas.call('endTerminalPin', undefined);
		expect(await jonas.call('terminalPin', undefined)).toBeNull();
		const unknown = { refusal: { refusal: 'unknown' } };
		expect(await library.tryPin('Jonas', { code, pin: PIN })).toEqual(unknown);
		const next = await jonas.call('setTerminalPin', { pin: PIN });
		await allow(false);
		expect(await jonas.call('terminalPin', undefined)).toBeNull();
		await allow(true);
		expect(await library.tryPin('Jonas', { code: next.code, pin: PIN })).toEqual(unknown);
		await expect.poll(() => hasKey(jonas)).toBe(false);
	});

	it('are over with the device that has made them', async () => {
		const phone = await jonas.addDevice();
		const { code } = await phone.call('setTerminalPin', { pin: PIN });
		expect(await jonas.call('terminalPin', undefined)).toMatchObject({ isHere: false });
		const device = await deviceOf(phone);
		await jonas.call('revokeDevice', { id: device });
		expect(await library.tryPin('Jonas', { code, pin: PIN })).toEqual({
			refusal: { refusal: 'unknown' }
		});
		await phone.leaveApp();
	});
});
