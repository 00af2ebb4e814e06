/**
 * The browsers that tests and benches drive: finds them, and on Debian as root installs what is missing from
 * Debian's packages. Downloads nothing from anywhere else.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './steps.mjs';

/**
 * Programs by the environment variable that may name them; `packages` are Debian's. Taken is the first one found that
 * ends well when it is run with `probe`.
 */
const PROGRAMS = {
	CHROMIUM_PATH: {
		names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
		packages: ['chromium']
	},
	FIREFOX_PATH: { names: ['firefox-esr', 'firefox'], packages: ['firefox-esr'] },
	WEBKIT_DRIVER_PATH: { names: ['WebKitWebDriver'], packages: ['webkit2gtk-driver'] },
	XVFB_PATH: { names: ['Xvfb'], packages: ['xvfb'] },
	DBUS_RUN_SESSION_PATH: { names: ['dbus-run-session'], packages: ['dbus'] },
	PYTHON_PATH: {
		names: ['python3'],
		packages: ['python3', 'python3-dbus', 'python3-gi'],
		probe: ['-c', 'import dbus.mainloop.glib; from gi.repository import GLib']
	}
};

/** What tests are left out without, and the programs that make it up. */
const EQUIPMENT = {
	chromium: ['CHROMIUM_PATH'],
	firefox: ['FIREFOX_PATH'],
	webkit: ['WEBKIT_DRIVER_PATH', 'XVFB_PATH'],
	notifications: ['DBUS_RUN_SESSION_PATH', 'PYTHON_PATH']
};

/** Where programs are installed without being on the PATH. */
const PLACES = [
	'/usr/bin',
	'/snap/bin',
	'/Applications/Google Chrome.app/Contents/MacOS',
	'/Applications/Chromium.app/Contents/MacOS'
];

function isProgram(path, probe) {
	try {
		accessSync(path, constants.X_OK);
	} catch {
		return false;
	}
	return !probe || spawnSync(path, probe, { stdio: 'ignore' }).status === 0;
}

function find(variable, { env, places }) {
	if (env[variable]) return env[variable];
	const { names, probe } = PROGRAMS[variable];
	const folders = [...(env['PATH'] ?? '').split(delimiter), ...places];
	const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
	return candidates.find((path) => isProgram(path, probe));
}

async function installFromDebian(packages) {
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
	const env = { DEBIAN_FRONTEND: 'noninteractive' };
	console.log(`Installing from Debian: ${packages.join(' ')}`);
	await run('apt-get', ['update', '-q'], { env });
	const { code, output } = await run(
		'apt-get',
		['install', '-q', '-y', '--no-install-recommends', ...packages],
		{ env }
	);
	if (code !== 0) console.error(output);
}

const packagesOf = (variables) => variables.flatMap((variable) => PROGRAMS[variable].packages);

/** One sentence on what is not there and how to get it. */
const explain = (missing) =>
	`Tests are skipped that need what is not installed here: ${Object.entries(missing)
		.map(([name, variables]) => `${name} (Debian: ${packagesOf(variables).join(', ')})`)
		.join('; ')}.`;

/**
 * Paths of the programs as environment variables for the tests, after installing what is missing where that is
 * possible. Throws one sentence when there is no Chromium. Tests that need something else that is missing skip
 * themselves: `TESTS_LEFT_OUT` names it, separated by commas, and `left` is the same as a list. Whoever sets this
 * variable themselves gets these left out, and nothing installed for them. `notice` is one sentence for a person
 * about what is missing, or empty.
 */
export async function provideBrowsers({
	env = process.env,
	places = PLACES,
	install = installFromDebian
} = {}) {
	const unwanted = (env['TESTS_LEFT_OUT'] ?? '').split(',');
	const wanted = Object.keys(EQUIPMENT).filter((name) => !unwanted.includes(name));
	const lookFor = () =>
		Object.fromEntries(
			Object.keys(PROGRAMS).map((variable) => [variable, find(variable, { env, places })])
		);
	let paths = lookFor();
	const lacking = wanted.flatMap((name) => EQUIPMENT[name]).filter((name) => !paths[name]);
	if (lacking.length > 0) {
		await install(packagesOf(lacking));
		paths = lookFor();
	}
	if (!paths['CHROMIUM_PATH']) {
		throw new Error(
			'The tests need a Chromium: install one (on Debian: apt-get install chromium) or give its path in CHROMIUM_PATH.'
		);
	}
	const missing = Object.fromEntries(
		wanted
			.map((name) => [name, EQUIPMENT[name].filter((variable) => !paths[variable])])
			.filter(([, variables]) => variables.length > 0)
	);
	const left = Object.keys(EQUIPMENT).filter((name) => unwanted.includes(name) || missing[name]);
	const found = Object.entries(paths).filter(([, path]) => path);
	return {
		env: { ...Object.fromEntries(found), TESTS_LEFT_OUT: left.join(',') },
		left,
		notice: Object.keys(missing).length > 0 ? explain(missing) : ''
	};
}
