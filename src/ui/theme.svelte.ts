/**
 * Light, dark, or as the system has it. Owns `data-theme` on the document and the colour of the browser's
 * own bar. The choice is no personal data and may lie open in localStorage.
 */

const STORAGE_KEY = 'dienstweg-theme';
const CANVAS = { light: '#f3f5f6', dark: '#0e1618' } as const;

/** `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

function storedChoice(): ThemeChoice {
	try {
		const stored = globalThis.localStorage?.getItem(STORAGE_KEY);
		return stored === 'light' || stored === 'dark' ? stored : 'auto';
	} catch {
		// Storage is forbidden in some private windows.
		return 'auto';
	}
}

class Theme {
	#choice = $state<ThemeChoice>(storedChoice());

	get choice(): ThemeChoice {
		return this.#choice;
	}

	choose(choice: ThemeChoice): void {
		this.#choice = choice;
		try {
			if (choice === 'auto') localStorage.removeItem(STORAGE_KEY);
			else localStorage.setItem(STORAGE_KEY, choice);
		} catch {
			// The choice then lasts as long as the tab.
		}
		this.apply();
	}

	/** Puts the choice on the document. Called once at the start, before anything is drawn. */
	apply(): void {
		if (typeof document === 'undefined') return;
		const choice = this.#choice;
		if (choice === 'auto') delete document.documentElement.dataset['theme'];
		else document.documentElement.dataset['theme'] = choice;
		for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
			meta.content =
				CANVAS[choice === 'auto' ? (meta.media.includes('dark') ? 'dark' : 'light') : choice];
		}
	}
}

export const theme = new Theme();
theme.apply();
