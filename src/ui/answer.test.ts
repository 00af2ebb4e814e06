import { expect, test } from 'vitest';
import { Answer } from './answer.svelte.ts';

test('whoever asks while a question is under way gets what is answered afterwards', async () => {
	const answers: ((value: string) => void)[] = [];
	const answer = new Answer(() => new Promise<string>((resolve) => answers.push(resolve)));
	const first = answer.ask();
	const others = [answer.ask(), answer.ask()];
	answers[0]?.('asked too early');
	await expect.poll(() => answers.length).toBe(2);
	answers[1]?.('new');
	await Promise.all([first, ...others]);
	expect(answer.current).toBe('new');
	expect(answers).toHaveLength(2);
});

test('a question that fails says why and leaves the last answer; the next one clears it', async () => {
	let fails = false;
	const answer = new Answer(async () => {
		if (fails) throw new Error('down');
		return 'answer';
	});
	await answer.ask();
	fails = true;
	await answer.ask();
	expect(answer.current).toBe('answer');
	expect(answer.error).toMatchObject({ message: 'down' });
	fails = false;
	await answer.ask();
	expect(answer.error).toBeNull();
});
