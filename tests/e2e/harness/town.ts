/** A server with people who have joined it, each at a browser of their own. What tests begin with. */
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { type ServerOptions, type TestServer, startServer } from '#tests/fixtures/server.ts';
import { launchChromium, openContext } from './chromium.ts';
import { type Colleague, type PersonDetails, sitDown } from './colleague.ts';

export const ANNA: PersonDetails = {
	name: 'Anna Weber',
	department: 'Rathaus',
	functionTitle: 'IT'
};
export const BERND: PersonDetails = {
	name: 'Bernd Kaya',
	department: 'Bauhof',
	functionTitle: 'Kolonne 2'
};
export const CLARA: PersonDetails = { name: 'Clara Núñez', department: 'Jugendhaus' };
export const DIETER: PersonDetails = { name: 'Dieter Groß', department: 'Feuerwehr' };
export const EMINE: PersonDetails = { name: 'Emine Yıldız', department: 'Hallenbad' };

export interface Town {
	readonly server: TestServer;
	readonly browser: Browser;
	/** The first administrator, at a desktop. */
	readonly admin: Colleague;
	/** Lets someone join from a link, at a phone unless told otherwise. */
	welcome(person: PersonDetails, seat?: Seat): Promise<Colleague>;
	close(): Promise<void>;
}

export interface Seat {
	size?: 'phone' | 'desktop';
	/** A context that exists already, such as one on a profile on disk. */
	context?: BrowserContext;
	options?: BrowserContextOptions;
	/** What is chosen to open the container. */
	pin?: string;
}

/** `origin` in the options is where browsers go, when that is not the server itself. */
export async function openTown(options: ServerOptions = {}): Promise<Town> {
	const [server, browser] = await Promise.all([
		// Tests make more calls from one address than people do.
		startServer({ ...options, env: { RATE_LIMIT_FACTOR: '100', ...options.env } }),
		launchChromium()
	]);
	const admin = await sitDown(await openContext(browser, 'desktop'), ANNA.name);
	await admin.join(await server.firstLink());

	return {
		server,
		browser,
		admin,
		async welcome(person, { size = 'phone', context, options: wishes, pin } = {}) {
			const link = await admin.invite(person);
			const seat = context ?? (await openContext(browser, size, wishes));
			const colleague = await sitDown(seat, person.name);
			await colleague.join(link, pin);
			return colleague;
		},
		async close() {
			await browser.close();
			await server.close();
		}
	};
}
