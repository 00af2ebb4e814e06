/** The programs on this machine that tests and benches drive. What `npm test` could not find or install is left out. */
import { provideBrowsers } from '#server/launch/browsers.mjs';

const { env, left } = await provideBrowsers();

/** Whether tests that need it can run; the others skip themselves. */
export const isEquippedFor = (name: 'firefox' | 'webkit' | 'notifications'): boolean =>
	!left.includes(name);

/** Path of the program that this variable names. Throws where it is not there. */
export function programIn(variable: string): string {
	const program = (env as Record<string, string | undefined>)[variable];
	if (program === undefined) throw new Error(`${variable} names no program`);
	return program;
}
