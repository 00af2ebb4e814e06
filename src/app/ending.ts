/**
 * How a container ends in a tab: everything local is destroyed, and the tab leaves the process of the browser in which keys
 * have been. What that takes is fetched long before it is needed: then there may be nothing to take it from.
 */
import type { GoneReason } from '#core/engine/container.ts';

const destruction = () => import('#platform/destroy-local.ts');
const leaving = () => import('#platform/leave-process.ts');

/** Where that fails, it is asked for again when it is needed. */
export const prepareEnd = (): void =>
	void Promise.all([destruction(), leaving()]).catch(() => undefined);

export const destroy = async (): Promise<void> => (await destruction()).destroyLocal();

/** Resolves where that fails, for whatever reason. */
export const leave = (host: string, gone: GoneReason | null): Promise<void> =>
	leaving()
		.then(({ leaveProcess }) => leaveProcess(host, gone))
		.catch(() => undefined);
