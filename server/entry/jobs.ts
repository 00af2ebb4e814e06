/** Runs the jobs of all slices at their intervals, one at a time each. */
import type { Log } from '#server/kernel/log.ts';
import type { Database } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { conversationsJobs } from '#server/modules/conversations/jobs.ts';
import { devicesJobs } from '#server/modules/devices/jobs.ts';
import { enteringJobs } from '#server/modules/entering/jobs.ts';
import type { Job } from '#server/modules/job.ts';
import { recoveryJobs } from '#server/modules/recovery/jobs.ts';
import { sessionJobs } from '#server/modules/session/jobs.ts';
import { unlockJobs } from '#server/modules/unlock/jobs.ts';
import { terminalsJobs } from '#server/modules/terminals/jobs.ts';

const jobs: readonly Job[] = [
	...sessionJobs,
	...devicesJobs,
	...enteringJobs,
	...recoveryJobs,
	...conversationsJobs,
	...unlockJobs,
	...terminalsJobs
];

/** Returns the end of it, which waits for what is running. */
export const startJobs = (context: {
	database: Database;
	clock: Clock;
	log: Log;
}): (() => Promise<void>) => {
	const running = new Map<Job, Promise<void>>();
	const run = async (job: Job): Promise<void> => {
		try {
			await job.run(context);
		} catch (error) {
			context.log.warn({ error, job: job.name }, 'a job failed and will be tried again');
		}
	};
	const timers = jobs.map((job) =>
		setInterval(() => {
			if (running.has(job)) return;
			const ended = run(job).finally(() => running.delete(job));
			running.set(job, ended);
		}, job.everyMillis).unref()
	);
	return async () => {
		for (const timer of timers) clearInterval(timer);
		await Promise.all(running.values());
	};
};
