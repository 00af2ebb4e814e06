import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';
import { announceFirstAdministrator } from './announce.ts';

const LINK = 'https://chat.lindenbach.example/join#AAECAwQFBgcICQoLDA0ODw';

function announced(): string {
	let text = '';
	announceFirstAdministrator(LINK, (part) => (text += part));
	return text;
}

/** What a camera sees of a terminal with a dark background: four pixels a module. */
function photograph(lines: string[]): { width: number; height: number; data: Uint8Array } {
	const scale = 4;
	const width = Math.max(...lines.map((line) => line.length)) * scale;
	const height = lines.length * 2 * scale;
	const data = new Uint8Array(width * height * 4).fill(255);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const row = Math.floor(y / scale);
			const block = lines[Math.floor(row / 2)]?.[Math.floor(x / scale)] ?? ' ';
			const light = block === '█' || block === (row % 2 === 0 ? '▀' : '▄');
			data.fill(light ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
		}
	}
	return { width, height, data };
}

test('the link stands on one line', () => {
	expect(announced()).toContain(`\nEnrolment link for the first administrator: ${LINK}\n`);
});

test('the drawn code holds the link', () => {
	const lines = announced()
		.split('\n')
		.filter((line) => /[█▀▄]/.test(line));
	expect(decodeQR(photograph(lines))).toBe(LINK);
});
