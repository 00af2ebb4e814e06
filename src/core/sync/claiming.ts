/**
 * Key packages of the people who are to come into a group. Somebody who is just joining has an account
 * before there are key packages: what is written meanwhile would never reach them, so it waits.
 */
import type { ClaimedKeyPackage } from '#shared/contract/devices.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { SyncContext } from './context.ts';

/** Tries before a group is made without somebody who has no device (any more). */
const TRIES = 4;

/**
 * Key packages of all active devices of `people`, and of one's own other devices. With `everybody`, rejects
 * with `unavailable` as long as somebody has none; without it, goes on without them after a while.
 */
export async function claimKeyPackages(
	context: SyncContext,
	people: string[],
	{ everybody }: { everybody: boolean }
): Promise<ClaimedKeyPackage[]> {
	const claimed: ClaimedKeyPackage[] = [];
	let missing = people;
	for (let tries = 0; missing.length > 0 && !context.pauses.closed; tries++) {
		if (tries > 0) await context.pauses.afterFailure(tries - 1, null);
		const wanted = tries === 0 ? [...missing, context.self.person] : missing;
		claimed.push(
			...(await context.server.call(({ devices }) => devices.claimKeyPackages({ people: wanted })))
		);
		const here = new Set(claimed.map(({ person }) => person));
		missing = people.filter((person) => !here.has(person));
		if (missing.length > 0 && everybody) throw new DienstwegError('unavailable');
		if (tries + 1 >= TRIES) break;
	}
	const unknown = people.some((person) => !context.directory.identityKeyOf(person));
	if (unknown) await context.directory.refresh();
	return claimed;
}
