/**
 * Key packages of the people who are to come into a group. Somebody who is just joining has an account
 * before there are key packages: what is written meanwhile would never reach them, so it waits.
 */
import type { ClaimedKeyPackage } from '#shared/contract/devices.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { isKeyPackageOf } from '#core/protocol/mls/key-package.ts';
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
	const usable: ClaimedKeyPackage[] = [];
	let missing = people;
	for (let tries = 0; missing.length > 0 && !context.pauses.closed; tries++) {
		if (tries > 0) await context.pauses.afterFailure(tries - 1, null);
		const wanted = tries === 0 ? [...missing, context.self.person] : missing;
		const claimed = await context.server.call(({ devices }) =>
			devices.claimKeyPackages({ people: wanted })
		);
		if (claimed.some(({ person }) => !context.directory.identityKeyOf(person)))
			await context.directory.refresh();
		usable.push(...(await whichFit(context, claimed)));
		const here = new Set(usable.map(({ person }) => person));
		missing = people.filter((person) => !here.has(person));
		if (missing.length > 0 && everybody) throw new DienstwegError('unavailable');
		if (tries + 1 >= TRIES) break;
	}
	return usable;
}

/** One package that is none, whoever left it there, must not keep the others out. */
async function whichFit(
	context: SyncContext,
	claimed: ClaimedKeyPackage[]
): Promise<ClaimedKeyPackage[]> {
	const clock = { at: context.now(), trust: context.trust };
	const check = (): Promise<boolean[]> =>
		Promise.all(
			claimed.map((each) =>
				isKeyPackageOf({ ...each, keyPackage: fromBase64url(each.keyPackage) }, clock)
			)
		);
	const first = await check();
	const isDone = first.every(Boolean) || !(await context.transparency.prove());
	const fits = isDone ? first : await check();
	return claimed.filter((_each, index) => fits[index]);
}
