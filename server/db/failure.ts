/** What a failed statement means, told by its code (PostgreSQL, appendix A) and not by its text. */
import { DienstwegError } from '#shared/contract/errors.ts';

/** serialization_failure, deadlock_detected. */
const TRY_AGAIN = new Set(['40001', '40P01']);
/** Classes 08 and 57P, too many connections, and what the operating system says of a closed socket. */
const OUT_OF_REACH =
	/^(08...|57P0.|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN)$/;
/** What `pg` throws without a code. */
const OUT_OF_REACH_TEXT =
	/Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;
const DEEPEST = 5;

function codeOf(error: unknown): string | undefined {
	for (let at = error, depth = 0; at instanceof Error && depth < DEEPEST; at = at.cause, depth++) {
		if (at instanceof DienstwegError) continue;
		const { code } = at as { code?: unknown };
		if (typeof code === 'string') return code;
		if (OUT_OF_REACH_TEXT.test(at.message)) return 'ECONNRESET';
	}
	return undefined;
}

/** The database chose this transaction as a victim; the same again may succeed. */
export const mayTryAgain = (error: unknown): boolean => TRY_AGAIN.has(codeOf(error) ?? '');

/** The database can't be reached now: it is starting, stopping, away or full of connections. */
export const isOutOfReach = (error: unknown): boolean => OUT_OF_REACH.test(codeOf(error) ?? '');
