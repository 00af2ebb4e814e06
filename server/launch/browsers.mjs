/**
 * The browsers that tests and benches drive: finds them, and on Debian as root installs what is missing from
 * Debian's packages. Downloads nothing from anywhere else.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './steps.mjs';

/** Programs by what they are for; `package` is Debian's. The first one found is taken. */
const PROGRAMS = {
	chromium: {
		variable: 'CHROMIUM_PATH',
		names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
		packages: ['chromium']
	},
	firefox: {
		variable: 'FIREFOX_PATH',
		names: ['firefox-esr', 'firefox'],
		packages: ['firefox-esr']
	},
	webkit: {
		variable: 'WEBKIT_DRIVER_PATH',
		names: ['WebKitWebDriver'],
		packages: ['webkit2gtk-driver']
	},
	display: { variable: 'XVFB_PATH', names: ['Xvfb'], packages: ['xvfb'] },
	session: {
		variable: 'DBUS_RUN_SESSION_PATH',
		names: ['dbus-run-session'],
		packages: ['dbus', 'python3-dbus', 'python3-gi']
	}
};

/** Where programs are installed without being on the PATH. */
const PLACES = [
	'/usr/bin',
	'/snap/bin',
	'/Applications/Google Chrome.app/Contents/MacOS',
	'/Applications/Chromium.app/Contents/MacOS'
];

function find({ variable, names }) {
	const given = process.env[variable];
	if (given) return given;
	const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...PLACES];
	const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
	return candidates.find((path) => {
		try {
			accessSync(path, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
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

/**
 * Paths of the programs as environment variables for the tests, after installing what is missing where that is
 * possible. Throws one sentence when there is no Chromium; without the others their smoke tests are left out,
 * which `left` says.
 */
export async function provideBrowsers() {
	const missing = Object.values(PROGRAMS).filter((program) => !find(program));
	if (missing.length > 0) await installFromDebian(missing.flatMap(({ packages }) => packages));
	const found = Object.entries(PROGRAMS).map(([name, program]) => ({
		name,
		variable: program.variable,
		path: find(program)
	}));
	if (!found.find(({ name }) => name === 'chromium').path) {
		throw new Error(
			'The tests need a Chromium: install one (on Debian: apt-get install chromium) or give its path in CHROMIUM_PATH.'
		);
	}
	return {
		env: Object.fromEntries(
			found.filter(({ path }) => path).map(({ variable, path }) => [variable, path])
		),
		left: found.filter(({ path }) => !path).map(({ name }) => name)
	};
}
