/**
 * A desktop session of its own (D-Bus) with a notification service that tests can look at and click in.
 * Chromium shows its notifications there when it is started with `env`.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { programIn } from './equipment.ts';

export interface ShownNotification {
	id: number;
	title: string;
	body: string;
}

export interface DesktopSession {
	/** For the browser's environment. */
	readonly env: Record<string, string>;
	/** What is shown now, oldest first. */
	shown(): ShownNotification[];
	/** Everything that was ever shown. */
	readonly history: ShownNotification[];
	click(id: number): void;
	close(): Promise<void>;
}

type Line =
	({ event: 'shown' } & ShownNotification) | { event: 'closed'; id: number } | { event: 'ready' };

const DAEMON = path.join(import.meta.dirname, 'notification-daemon.py');

/** Says where the session is, and becomes the service. */
const START = 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec "$0" "$1"';

/** Only where `isEquippedFor('notifications')`. */
export async function startDesktopSession(): Promise<DesktopSession> {
	const child = spawn(
		programIn('DBUS_RUN_SESSION_PATH'),
		['--', 'sh', '-c', START, programIn('PYTHON_PATH'), DAEMON],
		{ stdio: ['pipe', 'pipe', 'pipe'] }
	);
	const showing = new Map<number, ShownNotification>();
	const history: ShownNotification[] = [];
	const lines = createInterface({ input: child.stdout });
	let address = '';
	// Chromium asks the session for services that nobody needs here; said only when the start fails.
	let complaints = '';
	child.stderr.on('data', (chunk: Buffer) => (complaints += chunk));

	await new Promise<void>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) =>
			reject(new Error(`The notification service ended with ${code}: ${complaints}`))
		);
		lines.on('line', (text) => {
			if (address === '') {
				address = text;
				return;
			}
			const line = JSON.parse(text) as Line;
			if (line.event === 'ready') resolve();
			if (line.event === 'closed') showing.delete(line.id);
			if (line.event === 'shown') {
				const { id, title, body } = line;
				showing.set(id, { id, title, body });
				history.push({ id, title, body });
			}
		});
	});

	return {
		env: { DBUS_SESSION_BUS_ADDRESS: address },
		shown: () => [...showing.values()],
		history,
		click(id) {
			showing.delete(id);
			child.stdin.write(`click ${id}\n`);
		},
		async close() {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			// The service ends with its input, and the session with the service.
			child.stdin.end();
			await ended;
		}
	};
}
