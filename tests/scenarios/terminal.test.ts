import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { Terminal } from '#tests/fixtures/terminal.ts';

let server: TestServer;
let petra: Colleague;
let jonas: Colleague;
let library: Terminal;
let chat: string;

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

const device = async (visitor: Colleague): Promise<string> =>
	(await visitor.until('status', undefined, () => true)).device.id;

/** What the app says where something could not be read. */
const unreadable = async (person: Colleague): Promise<string[]> =>
	(await person.messages(chat)).flatMap(({ kind, event }) =>
		kind === 'closed' || kind === 'pending' || event?.type === 'missing' ? [kind] : []
	);

const untilEnded = (visitor: Colleague) =>
	visitor.until('status', undefined, ({ problem }) => problem === 'device_revoked', 60_000);

describe('a visit at a shared terminal', () => {
	it('reads and writes as the person, and nobody sees it come or go', async () => {
		const visitor = await library.visitBy(jonas);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.untilText(chat, 'Vor dem Besuch');
		await visitor.write(chat, 'Vom Terminal');
		const seen = await petra.untilText(chat, 'Vom Terminal');
		expect(seen.author).toBe(await jonas.me());
		expect((await jonas.untilText(chat, 'Vom Terminal')).mine).toBe(true);
		await petra.write(chat, 'Ans Terminal');
		await visitor.untilText(chat, 'Ans Terminal');

		const [visit] = await jonas.call('listVisits', undefined);
		expect(visit).toMatchObject({ name: 'Bibliothek', place: 'Erdgeschoss' });
		expect((await petra.call('listTerminals', undefined))[0]?.inUseSince).toEqual(visit?.since);

		await visitor.call('leaveTerminal', undefined);
		expect(await unreadable(visitor)).toEqual([]);
		await untilEnded(visitor);
		await visitor.leaveApp();
		expect(await jonas.call('listVisits', undefined)).toEqual([]);
		expect((await petra.call('listTerminals', undefined))[0]?.inUseSince).toBeNull();
		await petra.write(chat, 'Nach dem Besuch');
		await jonas.untilText(chat, 'Nach dem Besuch');
		for (const person of [petra, jonas]) {
			expect(await unreadable(person)).toEqual([]);
			expect((await person.messages(chat)).filter(({ kind }) => kind === 'event')).toEqual([]);
		}
	});

	it('hands on what was not sent, also when it ends without a word', async () => {
		const visitor = await library.visitBy(jonas);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.call('saveDraft', { conversation: chat, text: 'Angefangen am Term' });
		await visitor.call('saveDraft', { conversation: chat, text: 'Angefangen am Terminal' });
		await visitor.call('leaveTerminal', undefined);
		await jonas.until(
			'conversation',
			{ id: chat },
			(shown) => shown?.draft === 'Angefangen am Terminal'
		);
		await visitor.leaveApp();

		const next = await library.visitBy(jonas);
		await next.until('status', undefined, ({ caughtUp }) => caughtUp);
		const { deposits } = library;
		await next.call('saveDraft', { conversation: chat, text: 'Und noch etwas' });
		await expect.poll(() => library.deposits).toBeGreaterThan(deposits);
		await library.begin();
		await jonas.until(
			'conversation',
			{ id: chat },
			(shown) => shown?.draft === 'Angefangen am Terminal\nUnd noch etwas'
		);
		await untilEnded(next);
		await next.leaveApp();
		await jonas.call('saveDraft', { conversation: chat, text: '' });
	});

	it('hands on what did not get through at first, though nothing more is typed', async () => {
		const visitor = await library.visitBy(jonas);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		const { deposits } = library;
		library.lostDeposits = 1;
		await visitor.call('saveDraft', { conversation: chat, text: 'Trotz Funkloch' });
		await expect.poll(() => library.deposits).toBeGreaterThan(deposits);
		expect(library.lostDeposits).toBe(0);
		await library.begin();
		await jonas.until('conversation', { id: chat }, (shown) => shown?.draft === 'Trotz Funkloch');
		await untilEnded(visitor);
		await visitor.leaveApp();
		await jonas.call('saveDraft', { conversation: chat, text: '' });
	});

	it('reads what its person wrote before, where somebody lets them into a group again', async () => {
		const people = [await petra.find('Jonas')];
		const profile = { title: 'Standesamt', picture: null };
		const { conversation } = await petra.call('createGroup', { people, profile });
		await petra.write(conversation, 'Als er dabei war');
		await jonas.untilText(conversation, 'Als er dabei war');
		const person = await jonas.me();
		await petra.call('removePerson', { conversation, person });
		await jonas.until('conversation', { id: conversation }, (shown) => shown?.active === false);
		const visitor = await library.visitBy(jonas);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await petra.call('addPeople', { conversation, people: [person] });
		await visitor.untilText(conversation, 'Als er dabei war');
		expect((await visitor.messages(conversation)).map(({ kind }) => kind)).not.toContain('pending');
		await visitor.call('leaveTerminal', undefined);
		await untilEnded(visitor);
		await visitor.leaveApp();
	});

	it('is over as soon as the next person comes, who is another', async () => {
		const first = await library.visitBy(jonas);
		await first.until('status', undefined, ({ caughtUp }) => caughtUp);
		const second = await library.visitBy(petra);
		expect(await second.me()).toBe(await petra.me());
		await untilEnded(first);
		await first.leaveApp();
		await second.until('status', undefined, ({ caughtUp }) => caughtUp);
		await second.write(chat, 'Jetzt sitzt Petra hier');
		await jonas.untilText(chat, 'Jetzt sitzt Petra hier');
		const visits = await petra.call('listVisits', undefined);
		expect(visits).toHaveLength(1);
		await petra.call('endVisit', { device: visits[0]?.device ?? '' });
		await untilEnded(second);
		await second.leaveApp();
	});

	it('ends with the phone that let it in', async () => {
		const phone = await jonas.addDevice();
		const visitor = await library.visitBy(phone);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await jonas.call('revokeDevice', { id: await device(phone) });
		await untilEnded(visitor);
		await visitor.leaveApp();
		await phone.leaveApp();
	});

	it('is let in by nobody who was shown other keys, and by a code only once', async () => {
		const { link, duty, offered } = await library.begin();
		const typed = link.slice(link.indexOf('#') + 1).slice(0, 12);
		expect(await jonas.call('findTerminal', { code: typed.toLowerCase() })).toEqual({
			name: 'Bibliothek',
			place: 'Erdgeschoss'
		});
		const swapped = typed + (typed.startsWith('0') ? '1' : '0').repeat(14);
		await expect(jonas.call('signInAtTerminal', { code: swapped })).rejects.toMatchObject({
			code: 'terminal_code_unknown'
		});
		await jonas.call('signInAtTerminal', { code: typed });
		await expect(petra.call('signInAtTerminal', { code: typed })).rejects.toMatchObject({
			code: 'terminal_code_unknown'
		});
		const visitor = await library.enter('Jonas', { duty, offered });
		await visitor.call('leaveTerminal', undefined);
		await visitor.leaveApp();
	});

	it('holds no secret of the account, and may do nothing that lasts', async () => {
		const visitor = await library.visitBy(petra);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await visitor.withStore(async ({ read }) => {
			const account = await read.facts.get('account');
			expect(account?.name === 'account' && account.identity.secretKey).toBeNull();
			expect(await read.facts.get('backup')).toBeUndefined();
		});
		const code = { code: 'forbidden' };
		await expect(visitor.call('listInvitations', undefined)).rejects.toMatchObject(code);
		await expect(visitor.call('listTerminals', undefined)).rejects.toMatchObject(code);
		const { link } = await library.begin();
		await expect(visitor.call('signInAtTerminal', { code: link })).rejects.toMatchObject({
			code: expect.stringMatching(/forbidden|device_revoked/)
		});
		await visitor.leaveApp();
	});
});

describe('what the authority lets terminals show', () => {
	it('is nothing from before where it says 0 days', async () => {
		const { version, policy } = await petra.until('policy', undefined, () => true);
		await petra.call('setPolicy', { version, policy: { ...policy, terminalDays: 0 } });
		await jonas.until('policy', undefined, (state) => state.policy.terminalDays === 0);
		const visitor = await library.visitBy(jonas);
		await visitor.until('status', undefined, ({ caughtUp }) => caughtUp);
		await petra.write(chat, 'Erst jetzt zu sehen');
		await visitor.untilText(chat, 'Erst jetzt zu sehen');
		await expect.poll(() => visitor.texts(chat)).toEqual(['Erst jetzt zu sehen']);
		expect(await unreadable(visitor)).toEqual([]);
		await visitor.call('leaveTerminal', undefined);
		await visitor.leaveApp();
	});
});
