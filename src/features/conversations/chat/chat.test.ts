import { beforeEach, describe, expect, it } from 'vitest';
import { conversation, message, messages } from '#tests/features/people.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { ChatState } from './chat.svelte.ts';

let engine: ScriptedEngine;
let chat: ChatState;
let end: () => void;
const newest = { around: 'newest' } as const;
const open = (unread: number, readUpTo: number) =>
	engine.show('conversation', conversation('c', { unread, readUpTo }));

beforeEach(() => {
	engine = new ScriptedEngine();
	chat = new ChatState(engine, 'c');
	end = chat.start();
});

describe('an open conversation', () => {
	it('draws the line above the first unread message, and keeps it there', () => {
		open(2, 8);
		engine.show('messages', { messages: messages(1, 10), hasOlder: false, hasNewer: false });
		const place = () => chat.rows.findIndex((row) => row.type === 'unread');
		expect(chat.rows[place() + 1]?.key).toBe('message-9');
		const before = place();
		engine.show('messages', { messages: messages(1, 12), hasOlder: false, hasNewer: false });
		expect(place()).toBe(before);
	});

	it('asks for enough messages to hold all unread ones', () => {
		open(150, 8);
		expect(engine.watched('messages')[0]?.count).toBeGreaterThan(150);
	});

	it('knows when there is no such conversation', () => {
		engine.show('conversation', null);
		expect(chat.detail).toBeNull();
		expect(engine.watched('messages')).toEqual([]);
	});

	it('loads older messages once per place, and keeps the newest alive', () => {
		open(0, 100);
		engine.show('messages', { messages: messages(50, 100), hasOlder: true, hasNewer: false });
		chat.loadOlder();
		chat.loadOlder();
		expect(engine.watched('messages')).toHaveLength(2);
		engine.show(
			'messages',
			{ messages: messages(1, 80), hasOlder: false, hasNewer: true },
			{ around: 50 }
		);
		expect(chat.messages).toHaveLength(100);
		expect(chat.prepends).toBe(true);
		chat.loadOlder();
		expect(engine.watched('messages')).toHaveLength(2);
		engine.show(
			'messages',
			{ messages: messages(50, 101), hasOlder: true, hasNewer: false },
			newest
		);
		expect(chat.prepends).toBe(false);
		expect(chat.messages).toHaveLength(101);
	});

	it('keeps older messages alive as long as some are still to be opened', () => {
		const waiting = message(30, { kind: 'pending', text: '' });
		const around = { around: 100 };
		open(0, 150);
		engine.show('messages', { messages: messages(100, 150), hasOlder: true, hasNewer: false });
		chat.loadOlder();
		const shown = [...messages(20, 29), waiting, ...messages(31, 110)];
		engine.show('messages', { messages: shown, hasOlder: true, hasNewer: true }, around);
		chat.loadOlder();
		const oldest = { messages: messages(1, 25), hasOlder: false, hasNewer: true };
		engine.show('messages', oldest, { around: 20 });
		expect(engine.watched('messages')).toHaveLength(3);
		const opened = { messages: messages(20, 110), hasOlder: true, hasNewer: true };
		engine.show('messages', opened, around);
		expect(chat.messages.map(({ text }) => text)).toEqual(messages(1, 150).map(({ text }) => text));
		expect(chat.prepends).toBe(false);
	});

	it('ends every subscription', () => {
		open(0, 0);
		engine.show('messages', { messages: messages(50, 60), hasOlder: true, hasNewer: false });
		chat.loadOlder();
		end();
		expect(engine.watchers.size).toBe(0);
	});
});

describe('a conversation with more unread messages than are loaded at once', () => {
	const last = { messages: messages(4941, 5000), hasOlder: true, hasNewer: false };
	const middle = (from: number, to: number) => ({
		messages: messages(from, to),
		hasOlder: true,
		hasNewer: true
	});
	const lineAt = () => {
		const line = chat.rows.findIndex((row) => row.type === 'unread');
		return line < 0 ? null : chat.rows[line + 1]?.key;
	};

	beforeEach(() => {
		open(4900, 100);
		engine.show('messages', last, newest);
		engine.show('messages', middle(41, 160), { around: 100 });
	});

	it('shows nothing before the place is known at which it opens', () => {
		end();
		chat = new ChatState(engine, 'c');
		end = chat.start();
		open(4900, 100);
		engine.show('messages', last, newest);
		expect(chat.isLoaded).toBe(false);
	});

	it('opens at the first of them', async () => {
		await expect.poll(() => chat.isLoaded).toBe(true);
		expect(lineAt()).toBe('message-101');
		expect(chat.messages).toHaveLength(120);
		expect(chat.hasNewer).toBe(true);
		expect(chat.unseen).toBe(4900);
	});

	it('stays there while new ones come, and grows down to them page by page', async () => {
		await expect.poll(() => chat.isLoaded).toBe(true);
		engine.show('messages', { ...last, messages: messages(4942, 5001) }, newest);
		expect(chat.messages.at(-1)?.id).toBe('message-160');
		chat.loadNewer();
		chat.loadNewer();
		expect(engine.watched('messages')).toHaveLength(2);
		engine.show('messages', middle(101, 220), { around: 160 });
		expect(chat.messages).toHaveLength(180);
		expect(chat.prepends).toBe(false);
		chat.loadNewer();
		const rest = { messages: messages(161, 5001), hasOlder: true, hasNewer: false };
		engine.show('messages', rest, { around: 220 });
		expect(chat.messages).toHaveLength(4961);
		expect(chat.hasNewer).toBe(false);
		engine.show('messages', { ...last, messages: messages(4943, 5002) }, newest);
		expect(chat.messages).toHaveLength(4962);
	});

	it('leads to the newest and back to the line', async () => {
		await expect.poll(() => chat.isLoaded).toBe(true);
		chat.showNewest();
		expect(chat.messages).toEqual(last.messages);
		expect([chat.hasNewer, lineAt()]).toEqual([false, null]);
		const back = chat.showUnread();
		engine.show('messages', middle(42, 161), { around: 101 });
		await back;
		expect(lineAt()).toBe('message-101');
		expect(chat.hasNewer).toBe(true);
		await chat.showUnread();
		expect(engine.watched('messages')).toHaveLength(2);
	});

	it('can be read upwards and downwards at the same time', async () => {
		await expect.poll(() => chat.isLoaded).toBe(true);
		chat.loadOlder();
		chat.loadNewer();
		engine.show('messages', middle(1, 100), { around: 41 });
		engine.show('messages', middle(101, 220), { around: 160 });
		expect(chat.messages.map(({ text }) => text)).toEqual(messages(1, 220).map(({ text }) => text));
	});

	it('has its line above what is no message, where only such follows at first', async () => {
		end();
		engine = new ScriptedEngine();
		chat = new ChatState(engine, 'c');
		end = chat.start();
		open(300, 100);
		const lines = messages(101, 160).map((one) => ({ ...one, kind: 'event' as const }));
		engine.show(
			'messages',
			{ ...middle(41, 100), messages: [...messages(41, 100), ...lines] },
			{ around: 100 }
		);
		await expect.poll(() => chat.isLoaded).toBe(true);
		expect(lineAt()).toBe('message-101');
	});

	it('ends every subscription', async () => {
		chat.loadNewer();
		end();
		expect(engine.watchers.size).toBe(0);
	});
});

describe('read marks', () => {
	beforeEach(() => {
		open(5, 5);
		engine.show('messages', { messages: messages(1, 10), hasOlder: false, hasNewer: false });
	});

	it('are set only for what was seen by an attentive person', () => {
		chat.see(7);
		expect(engine.inputs('markRead')).toEqual([]);
		chat.attend(true);
		expect(engine.inputs('markRead')).toEqual([{ conversation: 'c', seq: 7 }]);
		expect(chat.unseen).toBe(3);
		chat.see(6);
		chat.see(10);
		expect(engine.inputs('markRead').at(-1)).toEqual({ conversation: 'c', seq: 10 });
		expect(engine.inputs('markRead')).toHaveLength(2);
		expect(chat.unseen).toBe(0);
	});

	it('stop when the tab goes, and a new line begins with what came meanwhile', () => {
		chat.attend(true);
		chat.see(10);
		chat.clearUnreadLine();
		chat.attend(false);
		engine.show('messages', { messages: messages(1, 12), hasOlder: false, hasNewer: false });
		expect(engine.inputs('markRead')).toHaveLength(1);
		chat.attend(true);
		const line = chat.rows.findIndex((row) => row.type === 'unread');
		expect(chat.rows[line + 1]?.key).toBe('message-11');
	});

	it('tell the engine what is being looked at', () => {
		chat.attend(true);
		chat.attend(true);
		end();
		expect(engine.inputs('setViewing')).toEqual([{ conversation: 'c' }, { conversation: null }]);
	});

	it('do not count own messages as unseen', () => {
		engine.show('messages', {
			messages: [...messages(1, 10), message(11, { mine: true }), message(12)],
			hasOlder: false,
			hasNewer: false
		});
		chat.see(10);
		expect(chat.unseen).toBe(1);
	});
});
