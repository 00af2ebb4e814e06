/**
 * Small things that no linter looks at: both languages say everything, files stay readable, nothing is switched
 * off or left for later, and no string becomes markup. Reads what git knows plus what is not ignored.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MAX_LINES = 300;

const listFiles = (...patterns) =>
	execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], {
		cwd: root,
		encoding: 'utf8'
	})
		.split('\n')
		.filter((file) => file !== '' && existsSync(`${root}/${file}`));
const read = (file) => readFileSync(`${root}/${file}`, 'utf8');

/** What must not stand in a source file. The brackets keep this file from finding itself. */
const MARKS = [
	[/\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/, 'left for later'],
	[
		/@ts-(i[g]nore|n[o]check|e[x]pect-error)|(es|ox)lint-d[i]sable|prettier-i[g]nore/,
		'a check switched off'
	],
	[/\{@h[t]ml\b/, 'a string as markup']
];

/** Findings in source files, one line each. */
export function checkSources() {
	return listFiles('src', 'server', 'tests', '*.ts', '*.js')
		.filter((file) => /\.(ts|svelte|mjs|js|css|html|py)$/.test(file))
		.flatMap((file) => {
			// The newline at the end begins no line.
			const lines = read(file).replace(/\n$/, '').split('\n');
			const marks = lines.flatMap((line, index) =>
				MARKS.filter(([pattern]) => pattern.test(line)).map(
					([, what]) => `${file}:${index + 1}: ${what}`
				)
			);
			return lines.length > MAX_LINES ? [...marks, `${file}: ${lines.length} lines`] : marks;
		});
}

/** Keys that one language has and the other lacks, and texts that are empty. */
export function checkMessages() {
	const files = listFiles('src/ui/i18n/messages');
	const slices = [...new Set(files.map((file) => file.replace(/[^/]+$/, '')))];
	if (slices.length === 0) return ['no messages at all'];
	return slices.flatMap((slice) => {
		const [de, en] = ['de', 'en'].map((language) => JSON.parse(read(`${slice}${language}.json`)));
		const missing = [
			...Object.keys(de)
				.filter((key) => !(key in en))
				.map((key) => `${slice}en.json: ${key} is missing`),
			...Object.keys(en)
				.filter((key) => !(key in de))
				.map((key) => `${slice}de.json: ${key} is missing`)
		];
		const empty = [de, en].flatMap((texts) =>
			Object.entries(texts)
				.filter(([, text]) => text === '')
				.map(([key]) => `${slice}: ${key} is empty`)
		);
		return [...missing, ...empty];
	});
}
