import { expect, test } from 'vitest';
import { answerTo, fill, scenes } from './talk.ts';
import { colleagues, groups } from './town.ts';

const last = () => 0.999;

test('a slot is filled, with a capital where it begins a sentence', () => {
	expect(fill('{day} um {time}.', () => 0)).toBe('Morgen um 8:30.');
	expect(fill('Dann mache ich einen zweiten auf. {day}?', () => 0)).toMatch(/auf\. Morgen\?$/);
	expect(fill('Passt {day}?', () => 0)).toBe('Passt morgen?');
});

test('every line of every scene belongs to a colleague of that group, and no slot stays empty', () => {
	const members = new Map(groups.map(({ key, people }) => [key, people]));
	const everybody = colleagues.map(({ key }) => key);
	for (const { group, lines } of scenes) {
		const speakers = group === null ? everybody : members.get(group);
		for (const [who, text] of lines) {
			expect(speakers).toContain(who);
			expect(fill(text, last)).not.toMatch(/[{}]|undefined/);
			// An unknown slot would leave a gap.
			expect(fill(text, last)).not.toMatch(/ {2}| [.,?!]/);
		}
	}
});

test('a visitor gets an answer to whatever he writes', () => {
	for (const text of ['Hallo!', 'Wann kommt der Steiger?', 'ok', '👍', '']) {
		expect(answerTo(text, last)).not.toBe('');
	}
});

test('a question is answered even where it begins with a greeting', () => {
	expect(answerTo('Guten Morgen, wann kommt der Steiger?', () => 0)).toBe('Ich denke, gegen 8:30.');
});
