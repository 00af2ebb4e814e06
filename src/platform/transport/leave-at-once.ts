/** The last word of a terminal's page that is about to go: its visit is over. What is under way may outlive the page. */
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';

export function leaveAtOnce(): void {
	void fetch('/api/trpc/terminals.leave', {
		method: 'POST',
		keepalive: true,
		headers: {
			'content-type': 'application/json',
			'x-dienstweg-protocol': String(PROTOCOL_VERSION)
		}
	}).catch(() => undefined);
}
