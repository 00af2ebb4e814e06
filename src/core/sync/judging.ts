/** Asks the server what the members say of a commit, and says what this device does. */
import type { JudgeInput, Verdict } from '#shared/contract/conversations.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { SyncContext } from './context.ts';

/** Seconds: whoever has to wait longer than this has refused too much, and is not heard for today. */
const LONG_WAIT = 60;

/** Rejects like any call. Whoever is not heard any more has to come in without the commit. */
export async function judge(context: SyncContext, vote: JudgeInput): Promise<Verdict> {
	try {
		const { verdict } = await context.server.call(({ conversations }) => conversations.judge(vote));
		return verdict;
	} catch (error) {
		if (!(error instanceof DienstwegError) || error.code !== 'rate_limited') throw error;
		if ((error.detail.retryAfter ?? 0) < LONG_WAIT) throw error;
		return 'stands';
	}
}
