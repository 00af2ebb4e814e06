/**
 * Port: whether anything out of conversations may leave the app, and which way. The app tells it what the authority lays
 * down; whatever copies, saves or hands on has to ask. Must never be asked for what people type themselves.
 */
import type { Policy } from '#shared/contract/policy.ts';

/** `copy` to the clipboard, `downloads` to a file, `sharing` with another app. */
export type WayOut = 'copy' | 'downloads' | 'sharing';

class Leaving {
	#policy = $state.raw<Pick<Policy, WayOut> | null>(null);

	/** What holds from now on; null where nothing is known, and then nothing leaves. */
	follow(policy: Pick<Policy, WayOut> | null): void {
		this.#policy = policy;
	}

	allows(way: WayOut): boolean {
		return this.#policy?.[way] ?? false;
	}
}

export const leaving = new Leaving();

const isTyped = (target: EventTarget | null): boolean =>
	target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;

const EVENTS = ['copy', 'cut', 'dragstart'] as const;

/**
 * Attachment for what shows conversations: where copying is not allowed, text in it can be neither marked nor dragged nor
 * copied, except in fields, which hold what somebody is typing; where saving is not, it is not printed.
 */
export function keepsText(element: HTMLElement): (() => void) | void {
	element.classList.toggle('unprinted', !leaving.allows('downloads'));
	if (leaving.allows('copy')) return;
	const refuse = (event: Event): void => {
		if (!isTyped(event.target)) event.preventDefault();
	};
	element.classList.add('kept');
	for (const name of EVENTS) element.addEventListener(name, refuse);
	return () => {
		element.classList.remove('kept');
		for (const name of EVENTS) element.removeEventListener(name, refuse);
	};
}
