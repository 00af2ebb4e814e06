/** An older backup is restored on the server while a new device is still fetching what was before. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { untilShared } from '#tests/fixtures/restoring.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const run = promisify(execFile);
/** More than come with the first page. */
const LINES = 60;
const PATIENCE = 120_000;

let server: TestServer;
let backup: string;
let alice: Colleague;
let bob: Colleague;
const devices: Colleague[] = [];

beforeAll(async () => {
	backup = await mkdtemp(path.join(tmpdir(), 'dienstweg-backup-'));
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
});
afterAll(async () => {
	for (const device of [alice, bob, ...devices]) await device?.leaveApp();
	await server?.close();
	await rm(backup, { recursive: true, force: true });
});

/** Waits until one of the newest messages says this. */
const sees = (device: Colleague, conversation: string, text: string) =>
	device.until(
		'messages',
		{ conversation, around: 'newest', count: 5 },
		({ messages }) => messages.some((message) => message.text === text),
		PATIENCE
	);

/** Waits until the chat holds exactly these texts, whatever their order, and nothing that can't be read. */
const has = (device: Colleague, conversation: string, texts: string[]) => {
	const wanted = JSON.stringify(texts.toSorted());
	return device.until(
		'messages',
		{ conversation, around: 'newest', count: 500 },
		({ messages }) => {
			const shown = messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
			const isReadable = messages.every(({ kind }) => kind === 'text' || kind === 'event');
			return isReadable && JSON.stringify(shown.toSorted()) === wanted;
		},
		PATIENCE
	);
};

it(
	'everything is there once, on the new device and on the next',
	{ timeout: 600_000 },
	async () => {
		const chat = await alice.chatWith('Bob');
		const texts = Array.from({ length: LINES }, (_, at) => `Zeile ${at}`);
		for (const text of texts) await alice.write(chat, text);
		await has(bob, chat, texts);

		let pages = 0;
		const phone = await alice.addDevice(undefined, (transport) => ({
			...transport,
			conversations: {
				...transport.conversations,
				async read(input) {
					if (input.before !== undefined && ++pages > 1) throw new DienstwegError('offline');
					return transport.conversations.read(input);
				}
			}
		}));
		devices.push(phone);
		await phone.until('history', undefined, ({ done, isComplete }) => done >= 50 && !isComplete);
		// Once it has come in, what is new arrives live.
		await phone.write(chat, 'Vom Telefon');
		await sees(bob, chat, 'Vom Telefon');
		await bob.write(chat, 'Gesichert');
		await Promise.all([alice, phone].map((each) => sees(each, chat, 'Gesichert')));
		// This is about what the backup has; keys that go up after it have a test of their own (rollback.test.ts).
		await Promise.all([alice, phone].map(untilShared));

		await server.stop();
		await run('cp', ['-a', server.dataDir, `${backup}/data`]);
		await server.start();
		await bob.write(chat, 'Verloren');
		await Promise.all([alice, phone].map((each) => sees(each, chat, 'Verloren')));
		await server.stop();
		await rm(server.dataDir, { recursive: true });
		await run('cp', ['-a', `${backup}/data`, server.dataDir]);
		await server.start();

		const all = [...texts, 'Vom Telefon', 'Gesichert', 'Verloren'];
		await phone.openApp({ transport: createNodeTransport({ url: server.origin }) });
		for (const device of [alice, bob, phone]) await has(device, chat, all);
		const tablet = await alice.addDevice({ name: 'Tablet', kind: 'tablet' });
		devices.push(tablet);
		await has(tablet, chat, all);
		expect((await tablet.messages(chat)).filter(({ event }) => event?.type === 'missing')).toEqual(
			[]
		);
	}
);
