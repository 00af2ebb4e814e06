/** Contrast of every pair of colours that stands on a screen together (WCAG 2.2: 1.4.3, 1.4.11). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function block(selector: string): Map<string, string> {
	const start = css.indexOf(`${selector} {`);
	const body = css.slice(start, css.indexOf('}', start));
	return new Map(
		[...body.matchAll(/--([a-z-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!])
	);
}

/** The tokens in one of the two colour schemes. */
const inScheme = (value: 1 | 2): Map<string, string> =>
	new Map(
		[...block(':root')].map(([name, text]) => [
			name,
			/^light-dark\((\S+), (\S+)\)$/.exec(text)?.[value] ?? text
		])
	);

const light = inScheme(1);
const dark = inScheme(2);

function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
	const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (lighter! + 0.05) / (darker! + 0.05);
}

const grounds = ['canvas', 'surface', 'surface-raised', 'surface-sunken', 'primary-tint'];
const texts: [string, string][] = [
	...['text', 'text-muted', 'primary', 'danger'].flatMap((text) =>
		grounds.map((ground): [string, string] => [text, ground])
	),
	['on-primary', 'primary'],
	['on-primary', 'primary-strong'],
	['on-danger', 'danger'],
	['on-danger', 'danger-strong'],
	['danger', 'danger-tint'],
	['warning', 'warning-tint'],
	['text', 'warning-tint'],
	['text', 'danger-tint'],
	['success', 'success-tint'],
	['success', 'surface'],
	['text', 'bubble-own'],
	['bubble-own-muted', 'bubble-own'],
	['primary', 'bubble-own'],
	['text', 'bubble-other'],
	['bubble-other-muted', 'bubble-other'],
	['on-toast', 'toast'],
	['toast-action', 'toast']
];
const parts: [string, string][] = [
	...['control-line', 'focus'].flatMap((part) =>
		['canvas', 'surface', 'surface-raised'].map((ground): [string, string] => [part, ground])
	),
	['focus', 'primary-tint'],
	// What is selected.
	...[...grounds, 'bubble-own', 'bubble-other'].map((ground): [string, string] => [
		'primary',
		ground
	]),
	...['bubble-own', 'surface', 'primary-tint', 'canvas'].map((ground): [string, string] => [
		'tick-read',
		ground
	])
];

test.each([
	['light', light],
	['dark', dark]
])('text reads at 4.5:1 and parts at 3:1 when %s', (_, tokens) => {
	const tooWeak = [
		...texts.map(([one, other]) => ({ one, other, needed: 4.5 })),
		...parts.map(([one, other]) => ({ one, other, needed: 3 }))
	]
		.map((pair) => ({ ...pair, is: contrast(tokens.get(pair.one)!, tokens.get(pair.other)!) }))
		.filter((pair) => !(pair.is >= pair.needed));
	expect(tooWeak).toEqual([]);
});

test('weights and corners are those of the KERN design standard', () => {
	const require = createRequire(import.meta.url);
	const kern = readFileSync(require.resolve('@kern-ux/native/dist/kern.css'), 'utf8');
	const valueOf = (name: string): string | undefined => {
		const value = new RegExp(`--kern-${name}:\\s*([^;}]+)`).exec(kern)?.[1]?.trim();
		const alias = /^var\(--kern-([\w-]+)\)$/.exec(value ?? '')?.[1];
		return alias === undefined ? value : valueOf(alias);
	};
	const pixels = (value: string | undefined): number =>
		parseFloat(value ?? '') * (value?.endsWith('rem') ? 16 : 1);
	expect(light.get('weight')).toBe(valueOf('typography-font-weight-body-default'));
	expect(light.get('weight-strong')).toBe(valueOf('typography-font-weight-label-default'));
	expect(pixels(light.get('radius-control'))).toBe(pixels(valueOf('metric-border-radius-large')));
	expect(pixels(light.get('radius-joined'))).toBe(pixels(valueOf('metric-border-radius-default')));
});
