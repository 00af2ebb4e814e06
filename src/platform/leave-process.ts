/**
 * Leaves the process of the browser that this document lives in, and with it everything that was readable there: freed
 * memory, too, which no page can overwrite. Goes over a page that is isolated from all others (web.ts says so in its
 * headers): Chromium has to put that into a process of its own, and whatever comes after it into another one. Elsewhere
 * the tab is merely loaded anew.
 */
import type { GoneReason } from '#core/engine/container.ts';
import { PAGE_BETWEEN } from '#shared/contract/page-between.ts';
import { GONE_MARK, keepPlace } from './tab-place.ts';

/** Milliseconds in which the page between has to be there; without it, the tab stays. */
const REACHED_WITHIN = 3_000;
/** Milliseconds for a step back in the history. */
const BACK_WITHIN = 1_000;
/** Milliseconds after which a tab that is still here goes on as it is. */
const GONE_WITHIN = 10_000;

/** The part of the Navigation API that is needed; browsers without it keep what was before. */
interface History {
	currentEntry: { key: string } | null;
	entries(): { key: string; sameDocument: boolean }[];
	traverseTo(key: string): { finished: Promise<unknown> };
}

const after = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

async function isReached(): Promise<boolean> {
	try {
		return (await fetch(PAGE_BETWEEN, { signal: AbortSignal.timeout(REACHED_WITHIN) })).ok;
	} catch {
		return false;
	}
}

/**
 * To the first page of this document. Whatever stood behind it in the history belongs to a document that is gone: going
 * back there would load it anew, and that locks where the engine lives in the tab.
 */
async function goToFirstPage(): Promise<void> {
	const { navigation } = globalThis as { navigation?: History };
	const first = navigation?.entries().find(({ sameDocument }) => sameDocument);
	if (!navigation || !first || first.key === navigation.currentEntry?.key) return;
	const { finished } = navigation.traverseTo(first.key);
	await Promise.race([finished.catch(() => undefined), after(BACK_WITHIN)]);
}

/**
 * The next document begins with the first page, and leads on from there (way-back.ts), or says why nothing is left. Resolves
 * only where leaving is not possible, such as without a network in a browser that keeps nothing of the app.
 * @param host the worker that has ended
 */
export async function leaveProcess(host: string, gone: GoneReason | null): Promise<void> {
	if (!(await isReached())) return;
	if (gone === null) keepPlace();
	await goToFirstPage();
	location.replace(`${PAGE_BETWEEN}#${host}${gone === null ? '' : GONE_MARK + gone}`);
	await after(GONE_WITHIN);
}
