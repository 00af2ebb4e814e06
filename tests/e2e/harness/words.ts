/**
 * The product's own texts, for finding things by the names that people see and hear. Read from the catalogue, so
 * that a better wording breaks no test while a missing name does.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export type Language = 'de' | 'en';

const MESSAGES = path.resolve(import.meta.dirname, '../../../src/ui/i18n/messages');

type Message = string | { match: Record<string, string> }[];

function readAll(language: Language): Map<string, Message> {
	const entries = readdirSync(MESSAGES).flatMap((slice) => {
		const text = readFileSync(path.join(MESSAGES, slice, `${language}.json`), 'utf8');
		return Object.entries(JSON.parse(text) as Record<string, Message>);
	});
	return new Map(entries);
}

const catalogue = { de: readAll('de'), en: readAll('en') };

/**
 * A text by its key. Placeholders are filled from `values`; of texts that differ by number, the plural is taken
 * unless `count` is 1. Throws for a key that does not exist.
 */
export function word(
	key: string,
	values: Record<string, string | number> = {},
	language: Language = 'de'
): string {
	const message = catalogue[language].get(key);
	if (message === undefined) throw new Error(`There is no text ${key}`);
	const text =
		typeof message === 'string'
			? message
			: (Object.entries(message[0]?.match ?? {}).find(([when]) =>
					when.endsWith(values['count'] === 1 ? '=one' : '=other')
				)?.[1] ?? '');
	return text.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
		String(values[name] ?? placeholder)
	);
}
