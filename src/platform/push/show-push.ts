/**
 * What the service worker makes of a push: exactly one notification that can be seen, without content, since
 * what a notification said stays on disk: at most a name, where the authority allows that; older ones withdrawn that were read elsewhere; the badge.
 */
import * as z from 'zod/mini';
import { PushPayload } from '#shared/contract/notifications.ts';
import type { Locale } from '#shared/contract/primitives.ts';
import { showBadge } from './badge.ts';
import { APPROVAL_TAG, OTHER_TAG, withdrawRead } from './withdraw.ts';
import type { WorkerScope } from './worker-scope.ts';

const ICON = '/icons/icon-192.png';
const BADGE = '/icons/badge-96.png';

type Shown = Pick<WorkerScope, 'registration' | 'navigator'>;

export interface PushTexts {
	title: string;
	message: string;
	approval: string;
	test: string;
}

/**
 * @param data the payload, whatever came; something is shown in any case: browsers ask for that
 * @param textsIn the words, in the language that the payload names
 */
export async function showPush(
	scope: Shown,
	data: unknown,
	textsIn: (locale: Locale) => PushTexts
): Promise<void> {
	const read = z.safeParse(PushPayload, data);
	const payload = read.success ? read.data : null;
	const locale = payload?.locale ?? localeOf(scope.navigator);
	const conversation = payload?.conversation ?? null;
	const type = payload?.type ?? 'message';
	const texts = textsIn(locale);
	// A name comes along only where the authority lays down that notifications say it.
	await scope.registration.showNotification(payload?.sender ?? texts.title, {
		body: texts[type],
		tag: type === 'approval' ? APPROVAL_TAG : (conversation ?? OTHER_TAG),
		// Not in TypeScript's library: sounds again although the tag is the same.
		...{ renotify: true },
		icon: ICON,
		badge: BADGE,
		lang: locale,
		data: { type, conversation }
	});
	if (payload?.type !== 'message') return;
	await withdrawRead(scope.registration, [...payload.unread, conversation ?? OTHER_TAG]);
	await showBadge(scope.navigator, payload.unread.length);
}

export const localeOf = (navigator: Navigator): Locale =>
	navigator.language.toLowerCase().startsWith('en') ? 'en' : 'de';
