/** The catalogue is complete: both languages, the same keys, the same placeholders, a text for every error. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '#shared/contract/errors.ts';
import { m } from './compiled/messages.js';

const root = new URL('./messages/', import.meta.url);
const read = (slice: string, language: string): Record<string, unknown> =>
	JSON.parse(readFileSync(new URL(`${slice}/${language}.json`, root), 'utf8')) as Record<
		string,
		unknown
	>;
const slices = readdirSync(root);

/** Every text of a message: one, or one for each form. */
function texts(message: unknown): string[] {
	if (typeof message === 'string') return [message];
	const [forms] = message as [{ match: Record<string, string> }];
	return Object.values(forms.match);
}

const placeholders = (message: unknown): string[] =>
	[...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

describe.each(slices)('%s', (slice) => {
	const de = read(slice, 'de');
	const en = read(slice, 'en');

	test('has the same keys in both languages', () => {
		expect(Object.keys(en).sort()).toEqual(Object.keys(de).sort());
	});

	test('says something everywhere', () => {
		const empty = [de, en].flatMap((language) =>
			Object.entries(language).filter(([, message]) => texts(message).some((text) => !text.trim()))
		);
		expect(empty).toEqual([]);
	});

	test('has the same placeholders in both languages', () => {
		const different = Object.keys(de).filter(
			(key) => placeholders(de[key]).join() !== placeholders(en[key]).join()
		);
		expect(different).toEqual([]);
	});

	test('is compiled: no message shows its own key', () => {
		const functions = m as unknown as Record<string, (inputs: object, options: object) => string>;
		const broken = Object.keys(de).filter((key) =>
			['de', 'en'].some((locale) => {
				const text = functions[key]?.({ count: 2 }, { locale });
				return !text || text === key;
			})
		);
		expect(broken).toEqual([]);
	});
});

test('no key stands in two slices', () => {
	const keys = slices.flatMap((slice) => Object.keys(read(slice, 'de')));
	expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('every slice is named in the settings of the compiler', () => {
	const settings = readFileSync(new URL('./project.inlang/settings.json', import.meta.url), 'utf8');
	expect(slices.filter((slice) => !settings.includes(`/${slice}/`))).toEqual([]);
});

test.each(ERROR_CODES)('%s has a text in both languages', (code) => {
	expect(m[`error_${code}`]({}, { locale: 'de' })).not.toBe('');
	expect(m[`error_${code}`]({}, { locale: 'en' })).not.toBe(
		m[`error_${code}`]({}, { locale: 'de' })
	);
});
