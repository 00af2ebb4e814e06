import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { overText } from './over-text.ts';
import { RestoreFlow } from './restore-flow.svelte.ts';
import { readRestoreFragment } from './restore-link.ts';

const FRAGMENT = 'A'.repeat(43);
const preview = {
	displayName: 'Petra',
	authority: 'Stadt Lindenbach',
	number: ['123', '456', '789'],
	custodians: [
		{ person: 'b', displayName: 'Bert' },
		{ person: 'c', displayName: 'Cora' }
	],
	expiresAt: 1
};
const entry = {
	pin: '739164',
	displayName: '',
	device: { name: 'Firefox', kind: 'desktop' as const }
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A container that gives these answers one after the other, the last one again and again. */
function scripted(answers: { link?: unknown[]; look?: unknown[]; enrol?: Error }) {
	const asked: string[] = [];
	const flow = new RestoreFlow(
		{
			async recover(step) {
				asked.push(step.do);
				const left = step.do === 'link' ? answers.link : answers.look;
				const answer = left && left.length > 1 ? left.shift() : left?.[0];
				if (answer instanceof Error) throw answer;
				return answer as never;
			},
			async enrol() {
				asked.push('enrol');
				if (answers.enrol) throw answers.enrol;
			}
		},
		FRAGMENT
	);
	return { flow, asked, looks: () => asked.filter((each) => each === 'look').length };
}

const open = { approvedBy: [], isReceived: false };

test('a number, two approvals and a PIN lead to a device that is set up', async () => {
	const one = { approvedBy: ['b'], isReceived: false };
	const both = { approvedBy: ['b', 'c'], isReceived: true };
	const { flow, asked } = scripted({ link: [preview], look: [open, one, both] });
	const end = flow.begin();
	await vi.advanceTimersByTimeAsync(0);
	expect(flow.step).toEqual({ at: 'waiting', preview, approvedBy: [], error: null });
	await vi.advanceTimersByTimeAsync(6_000);
	expect(flow.step).toMatchObject({ at: 'waiting', approvedBy: ['b'] });
	await vi.advanceTimersByTimeAsync(6_000);
	expect(flow.step).toMatchObject({ at: 'pin', error: null });
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'done' });
	end();
	expect(asked).toEqual(['link', 'look', 'look', 'look', 'enrol']);
});

test('it looks less and less often, not at all out of sight, and at once when it is seen again', async () => {
	const { flow, looks } = scripted({ link: [preview], look: [open] });
	flow.begin();
	await vi.advanceTimersByTimeAsync(60_000);
	const inFirst = looks();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(looks() - inFirst).toBeLessThan(inFirst);
	expect(looks() - inFirst).toBe(4);
	flow.see(false);
	const before = looks();
	await vi.advanceTimersByTimeAsync(600_000);
	expect(looks()).toBe(before);
	flow.see(true);
	await vi.advanceTimersByTimeAsync(0);
	expect(looks()).toBe(before + 1);
});

test('without a network it waits, and goes on by itself', async () => {
	const offline = new DienstwegError('offline');
	const { flow } = scripted({ link: [offline, preview], look: [offline, open] });
	flow.begin();
	await vi.advanceTimersByTimeAsync(0);
	expect(flow.step).toEqual({ at: 'opening', error: offline });
	await vi.advanceTimersByTimeAsync(15_000);
	expect(flow.step).toMatchObject({ at: 'waiting', error: null });
	await vi.advanceTimersByTimeAsync(15_000);
	expect(flow.step).toMatchObject({ at: 'waiting', preview, error: offline });
	await vi.advanceTimersByTimeAsync(15_000);
	expect(flow.step).toMatchObject({ at: 'waiting', error: null });
});

test('what ends it is said with what to do; leaving forgets the key', async () => {
	const refused = new DienstwegError('recovery_refused', { person: 'c' });
	const { flow, asked } = scripted({ link: [preview], look: [refused] });
	const end = flow.begin();
	await vi.advanceTimersByTimeAsync(3_000);
	expect(flow.step).toEqual({ at: 'over', error: refused, preview });
	expect(overText(refused, preview).text).toContain('Cora');
	const texts = [
		'recovery_expired',
		'recovery_used',
		'recovery_unknown',
		'permit_unknown'
	] as const;
	const advice = texts.map((code) => overText(new DienstwegError(code), null).advice);
	expect(new Set(advice).size).toBe(texts.length);
	end();
	expect(asked.at(-1)).toBe('end');
	await vi.advanceTimersByTimeAsync(60_000);
	expect(asked.at(-1)).toBe('end');
});

test('a permit that ran out ends it, any other failure leads back to the PIN', async () => {
	const received = { approvedBy: ['b', 'c'], isReceived: true };
	for (const [code, at] of [
		['permit_unknown', 'over'],
		['offline', 'pin']
	] as const) {
		const enrol = new DienstwegError(code);
		const { flow } = scripted({ link: [preview], look: [received], enrol });
		flow.begin();
		await vi.advanceTimersByTimeAsync(3_000);
		await flow.finish(entry);
		expect(flow.step).toMatchObject({ at, error: enrol });
	}
});

test('a link is read as a whole, broken into lines, or without what comes before the #', () => {
	const link = `https://chat.example.org/wiederherstellen#${FRAGMENT}`;
	expect(readRestoreFragment(link)).toBe(FRAGMENT);
	expect(readRestoreFragment(` ${link.slice(0, 50)}\n${link.slice(50)} `)).toBe(FRAGMENT);
	expect(readRestoreFragment(FRAGMENT)).toBe(FRAGMENT);
	expect(readRestoreFragment(`${link}A`)).toBeNull();
	expect(readRestoreFragment('https://chat.example.org/join#abc')).toBeNull();
});
