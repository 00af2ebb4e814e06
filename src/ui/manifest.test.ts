/** The web app manifest keeps what it promises: every picture is there, and as large as it says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Picture {
	src: string;
	sizes: string;
	type: string;
	purpose?: string;
	form_factor?: string;
}

const root = new URL('../../static/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.webmanifest', root), 'utf8')) as {
	icons: Picture[];
	screenshots: Picture[];
	shortcuts: { icons: Picture[] }[];
};
const pictures = [
	...manifest.icons,
	...manifest.screenshots,
	...manifest.shortcuts.flatMap((shortcut) => shortcut.icons)
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
	const purposes = manifest.icons.map((icon) => `${icon.purpose} ${icon.sizes}`);
	expect(purposes).toEqual(
		expect.arrayContaining(['any 192x192', 'any 512x512', 'maskable 512x512', 'any any'])
	);
	expect(new Set(manifest.screenshots.map((shot) => shot.form_factor))).toEqual(
		new Set(['narrow', 'wide'])
	);
});
