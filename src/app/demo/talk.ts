/**
 * What the colleagues of the sample town say: scenes in groups and between two, and answers to whatever a
 * visitor writes to one of them. Pure data and pure functions; slots in braces are filled by chance.
 */
import { scenesAtWork } from './scenes-at-work.ts';
import { scenesInTown } from './scenes-in-town.ts';
import type { Scene } from './scene.ts';

const slots: Record<string, string[]> = {
	/** All feminine, so that "in der" fits. */
	street: [
		'Mühlgasse',
		'Bahnhofstraße',
		'Kirchstraße',
		'Lindenallee',
		'Brunnengasse',
		'Ringstraße'
	],
	time: ['8:30', '9:15', '10 Uhr', '11:30', '13 Uhr', '14:30', '15 Uhr', '16:15'],
	day: ['morgen', 'am Mittwoch', 'am Donnerstag', 'am Freitag', 'nächsten Montag'],
	room: ['Sitzungssaal', 'Trauzimmer', 'Raum 104', 'Raum 2.07', 'kleiner Saal'],
	number: ['4', '7', '12', '15', '18', '23'],
	degrees: ['−2', '−4', '1', '0', '−1']
};

export const scenes: Scene[] = [...scenesInTown, ...scenesAtWork];

/** Fills the slots of a line, with a capital where one begins a sentence; `pick` returns a number in [0, 1). */
export function fill(text: string, pick: () => number): string {
	return text.replace(/\{(\w+)\}/g, (_, slot: string, at: number) => {
		const values = slots[slot] ?? [];
		const value = values[Math.floor(pick() * values.length)] ?? '';
		const begins = /(^|[.!?]\s)$/.test(text.slice(0, at));
		return begins ? value.charAt(0).toUpperCase() + value.slice(1) : value;
	});
}

/** First match wins; each asks for one of its answers. */
const answers: [RegExp, string[]][] = [
	[
		/\b(danke|dank dir|vielen dank|merci)\b/i,
		['Gerne!', 'Kein Problem 🙂', 'Dafür sind wir da.', '👍']
	],
	[
		/\b(wann|uhrzeit|wie lange|bis wann)\b.*\?/i,
		[
			'Ich denke, gegen {time}.',
			'{day} um {time} würde passen.',
			'Ich kläre das und melde mich bis {time}.'
		]
	],
	[
		/\b(wo|wohin|welche straße|adresse)\b.*\?/i,
		['In der {street}, gleich vorne links.', 'Im Rathaus, {room}.', 'Bei uns auf dem Hof.']
	],
	[
		/\b(wer|ansprechpartner|zuständig)\b.*\?/i,
		[
			'Am besten fragen Sie Sabine Keller, die weiß alles.',
			'Das mache ich selbst.',
			'Da müsste ich kurz nachsehen.'
		]
	],
	[
		/\b(foto|bild|datei|anhang)\b/i,
		['Fotos kommen mit einer späteren Version, sagt die IT. Beschreiben Sie es mir kurz?']
	],
	[
		/\b(dringend|sofort|notfall|schnell)\b/i,
		[
			'Verstanden, ich fahre gleich los.',
			'Bin in zehn Minuten da.',
			'Ich kümmere mich sofort darum.'
		]
	],
	[
		/\b(hallo|hi|hey|moin|servus|guten (morgen|tag|abend)|grüß)/i,
		['Hallo! Was kann ich für Sie tun?', 'Guten Tag! Schön, dass Sie da sind.', 'Moin 🙂']
	],
	[/\b(test|probe)/i, ['Kommt an 👍', 'Test erfolgreich 🙂']],
	[
		/\?\s*$/,
		[
			'Gute Frage. Ich frage kurz nach.',
			'Ja, das geht.',
			'Heute eher nicht, {day} schon.',
			'Muss ich nachsehen, einen Moment.'
		]
	],
	[/^(\p{Extended_Pictographic}|\s|\u200d|\ufe0f)+$/u, ['😄', '👍', '🙂']]
];
const otherwise = [
	'Alles klar.',
	'Verstanden, danke für die Nachricht.',
	'Gut zu wissen!',
	'Mache ich.',
	'Okay 👍',
	'Ich gebe es weiter.'
];

/** What a colleague answers to a visitor's text. */
export function answerTo(text: string, pick: () => number): string {
	const choices = answers.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise;
	return fill(choices[Math.floor(pick() * choices.length)] ?? '👍', pick);
}

/** First words to somebody who has just joined. */
export const welcome = (name: string): string =>
	`Guten Tag, ${name}! Willkommen im Dienstweg von Lindenbach. Schreiben Sie mir einfach, ich antworte.`;
