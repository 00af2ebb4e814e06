/** What the start says on the terminal: the address, and how the first administrator gets in. */
import encodeQR from 'qr';

const SENTENCE = 'Enrolment link for the first administrator:';

/** Two rows of modules a line, in block characters, dark on light whatever the terminal's colours are. */
function drawCode(link: string): string {
	const modules = encodeQR(link, 'raw', { ecc: 'low', border: 2 });
	const lines: string[] = [];
	for (let row = 0; row < modules.length; row += 2) {
		const upper = modules[row] ?? [];
		const lower = modules[row + 1] ?? [];
		const line = upper.map((dark, column) => BLOCKS[`${!dark}${!(lower[column] ?? false)}`]);
		lines.push(`  ${line.join('')}`);
	}
	return lines.join('\n');
}

/** By light upper and light lower half: light is drawn, dark is the background left alone. */
const BLOCKS: Record<string, string> = {
	truetrue: '█',
	truefalse: '▀',
	falsetrue: '▄',
	falsefalse: ' '
};

/** The link is a secret: it goes to the terminal of the person who starts, never into the log's lines. */
export function announceFirstAdministrator(link: string, write: (text: string) => void): void {
	write(`\n${SENTENCE} ${link}\n\n${drawCode(link)}\n\n`);
}
