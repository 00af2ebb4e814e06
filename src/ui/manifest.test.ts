/** The web app manifests keep what they promise: every picture is there, and as large as it says; both are one app. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { m } from './i18n/compiled/messages.js';

interface Picture {
	src: string;
	sizes: string;
	type: string;
	purpose?: string;
	form_factor?: string;
	label?: string;
}

interface Shortcut {
	name: string;
	short_name?: string;
	url: string;
	icons: Picture[];
}

interface Manifest {
	lang: string;
	description: string;
	icons: Picture[];
	screenshots: Picture[];
	shortcuts: Shortcut[];
}

const root = new URL('../../static/', import.meta.url);
const read = (name: string): Manifest =>
	JSON.parse(readFileSync(new URL(name, root), 'utf8')) as Manifest;
const manifests = { de: read('manifest.webmanifest'), en: read('manifest.en.webmanifest') };
const { de, en } = manifests;
const pictures = [
	...de.icons,
	...de.screenshots,
	...de.shortcuts.flatMap((shortcut) => shortcut.icons)
];

/** Width and height from the IHDR chunk (PNG, second edition, 11.2.2). */
function sizeOfPng(path: string): string {
	const bytes = readFileSync(new URL(`.${path}`, root));
	expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
	return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test.each(pictures.filter((picture) => picture.type === 'image/png'))(
	'$src is as large as it says',
	({ src, sizes }) => {
		expect(sizeOfPng(src)).toBe(sizes);
	}
);

test('what browsers need to install is there', () => {
	const purposes = de.icons.map((icon) => `${icon.purpose} ${icon.sizes}`);
	expect(purposes).toEqual(
		expect.arrayContaining(['any 192x192', 'any 512x512', 'maskable 512x512', 'any any'])
	);
	expect(new Set(de.screenshots.map((shot) => shot.form_factor))).toEqual(
		new Set(['narrow', 'wide'])
	);
});

/** A manifest without what is said in a language. */
const withoutTexts = (manifest: Manifest): object => ({
	...manifest,
	lang: '',
	description: '',
	shortcuts: manifest.shortcuts.map(({ url, icons }) => ({ url, icons })),
	screenshots: manifest.screenshots.map((shot) => ({ ...shot, label: '' }))
});

/** Everything that is said in a language. */
const textsOf = ({ lang, description, shortcuts, screenshots }: Manifest): string[] => [
	lang,
	description,
	...shortcuts.flatMap((shortcut) => [shortcut.name, shortcut.short_name ?? shortcut.name]),
	...screenshots.map((shot) => shot.label ?? '')
];

test('the manifests of both languages differ in their texts, in each of them, and in nothing else', () => {
	expect(withoutTexts(en)).toEqual(withoutTexts(de));
	const pairs = textsOf(de).map((text, index) => [text, textsOf(en)[index]]);
	for (const [german, english] of pairs) {
		expect(german).toBeTruthy();
		expect(english).toBeTruthy();
		expect(english).not.toBe(german);
	}
});

describe.each(['de', 'en'] as const)('in %s', (locale) => {
	const { lang, shortcuts } = manifests[locale];

	test('the manifest says which language it is in', () => expect(lang).toBe(locale));

	test('shortcuts are called what the screens are called that they lead to', () => {
		expect(shortcuts.map(({ url, name }) => [url, name])).toEqual([
			['/neu', m.conversations_new({}, { locale })],
			['/adressbuch', m.app_address_book({}, { locale })]
		]);
	});
});
