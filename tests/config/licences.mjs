/**
 * Licence of every package that the lockfile names, for use and for development: each must be one that a work
 * under EUPL-1.2 may be combined with. A missing or unknown licence is a finding, never a guess.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** SPDX identifiers: permissive ones, and weak copyleft that leaves the work that uses it alone. */
const COMPATIBLE = new Set([
	'0BSD',
	'Apache-2.0',
	'BlueOak-1.0.0',
	'BSD-2-Clause',
	'BSD-3-Clause',
	'CC0-1.0',
	'CC-BY-4.0',
	'EUPL-1.2',
	'ISC',
	'LGPL-3.0',
	'LGPL-3.0-or-later',
	'MIT',
	'MIT-0',
	'MPL-2.0',
	'OFL-1.1',
	'PostgreSQL',
	'Python-2.0',
	'Unlicense',
	'WTFPL',
	'Zlib'
]);

/** Evaluates an SPDX expression: one acceptable side of OR is enough, AND wants both. */
export function isCompatible(expression) {
	const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
	let at = 0;
	const atom = () => {
		if (tokens[at] === '(') {
			at += 1;
			const inner = either();
			at += 1;
			return inner;
		}
		return COMPATIBLE.has(tokens[at++]);
	};
	const both = () => {
		let result = atom();
		while (tokens[at] === 'AND') {
			at += 1;
			result = atom() && result;
		}
		return result;
	};
	const either = () => {
		let result = both();
		while (tokens[at] === 'OR') {
			at += 1;
			result = both() || result;
		}
		return result;
	};
	return tokens.length > 0 && either() && at >= tokens.length;
}

/** What an author wrote instead of an SPDX identifier, and licence texts of packages that name none. */
const SPELLINGS = { 'Public Domain': 'Unlicense' };
const TEXTS = [
	[/Permission is hereby granted, free of charge/, 'MIT'],
	[/Redistribution and use in source and binary forms/, 'BSD-3-Clause']
];

function licenceOf(path, locked) {
	const folder = new URL(`${path}/`, root);
	if (!existsSync(folder)) return locked.license ?? '';
	const { license, licenses } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
	if (typeof license === 'string') return SPELLINGS[license] ?? license;
	if (license?.type) return license.type;
	const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
	const text = file ? readFileSync(new URL(file, folder), 'utf8') : '';
	const named = licenses?.map(({ type }) => type).join(' OR ');
	return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? named ?? '';
}

/** Findings, one line each. */
export function checkLicences() {
	const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
	return Object.entries(packages)
		.filter(([path, locked]) => path !== '' && !locked.link)
		.map(([path, locked]) => ({ path, licence: licenceOf(path, locked) }))
		.filter(({ licence }) => !isCompatible(licence))
		.map(
			({ path, licence }) => `${path.replace(/^.*node_modules\//, '')}: ${licence || 'no licence'}`
		);
}

/** Every dependency is pinned to one version, so that an install is the same everywhere. */
export function checkPins() {
	const { dependencies, devDependencies } = JSON.parse(
		readFileSync(new URL('package.json', root), 'utf8')
	);
	return Object.entries({ ...dependencies, ...devDependencies })
		.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
		.map(([name, version]) => `${name}: ${version} is no exact version`);
}
