/**
 * The language of the screen: follows the browser until someone chooses. Owns the choice (no personal
 * data, so it may lie open in localStorage) and `<html lang>`. Importing it makes every message reactive:
 * a change of language redraws without a reload. Must never be imported by workers.
 */
import type { Locale } from '#shared/contract/primitives.ts';
import { isLocale, preferredLocale } from '#shared/domain/preferred-locale.ts';
import { overwriteGetLocale } from './compiled/runtime.js';

const STORAGE_KEY = 'dienstweg-locale';

/** `auto` follows the browser. */
export type LocaleChoice = Locale | 'auto';

function storedChoice(): LocaleChoice {
	try {
		const stored = globalThis.localStorage?.getItem(STORAGE_KEY);
		return isLocale(stored) ? stored : 'auto';
	} catch {
		// Storage is forbidden in some private windows; the browser's language is right there too.
		return 'auto';
	}
}

const browserLanguages = (): readonly string[] => globalThis.navigator?.languages ?? [];

class LocaleState {
	#choice = $state<LocaleChoice>(storedChoice());

	get choice(): LocaleChoice {
		return this.#choice;
	}

	get current(): Locale {
		return this.#choice === 'auto' ? preferredLocale(browserLanguages()) : this.#choice;
	}

	/** Takes effect at once, in this tab now and in others at their next start. */
	choose(choice: LocaleChoice): void {
		this.#choice = choice;
		try {
			if (choice === 'auto') localStorage.removeItem(STORAGE_KEY);
			else localStorage.setItem(STORAGE_KEY, choice);
		} catch {
			// The choice then lasts as long as the tab.
		}
		this.announce();
	}

	/** Tells the document its language; screen readers choose their voice by it. */
	announce(): void {
		if (typeof document !== 'undefined') document.documentElement.lang = this.current;
	}
}

export const locale = new LocaleState();
overwriteGetLocale(() => locale.current);
locale.announce();
