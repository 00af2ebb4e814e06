/** Which language somebody gets who has chosen none: one rule for the screen and for what the server hands out. */
import type { Locale } from '#shared/contract/primitives.ts';

export const isLocale = (value: unknown): value is Locale => value === 'de' || value === 'en';

/** The first of somebody's languages (BCP 47, best first) that the product speaks, else German. */
export function preferredLocale(languages: readonly string[]): Locale {
	for (const language of languages) {
		const primary = language.split('-', 1)[0]?.toLowerCase();
		if (isLocale(primary)) return primary;
	}
	return 'de';
}
