/**
 * Which PINs and pass phrases open a container. The server counts the tries at a PIN, so that it only has to outlast
 * ten guesses; a pass phrase opens without the server and has to outlast whoever guesses at a copy of the disk.
 */
import { DEFAULT_POLICY } from './policy.ts';

/** What the authority lays down for them. */
export interface PinRules {
	/** Fewest characters. */
	pinLength: number;
	/** Whether a pass phrase may open a container without a network. */
	offlineUnlock: boolean;
}

/** Until the authority was heard. Without a network the server could not count either. */
export const USUAL_PIN_RULES: PinRules = {
	pinLength: DEFAULT_POLICY.pinLength,
	offlineUnlock: DEFAULT_POLICY.offlineUnlock
};

export type PinFault = 'too_short' | 'too_simple';

/** Steps between neighbours: 123456 and 987654 have one only, and so has 111111. */
function walksEvenly(pin: string): boolean {
	const points = [...pin].map((character) => character.codePointAt(0) ?? 0);
	const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)));
	const [step] = steps;
	return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}

/** 121212 and 123123 repeat themselves. */
const repeats = (pin: string): boolean => /^(.{1,3})\1+$/u.test(pin);

/** What is wrong with a new PIN, or null. Letters and signs are welcome. */
export function checkPin(
	pin: string,
	shortest: number = DEFAULT_POLICY.pinLength
): PinFault | null {
	if ([...pin].length < shortest) return 'too_short';
	return walksEvenly(pin) || repeats(pin) ? 'too_simple' : null;
}

const PHRASE_LENGTH = 16;
const PHRASE_WORDS = 4;
const PHRASE_SIGNS = 12;

/**
 * Whether it is long and varied enough to open a container without the server: four different words, or twelve
 * different characters with letters and others among them. At 0.3 s a guess, four words that somebody thought up
 * hold for decades; digits alone never count, whatever their number, since they are dates and telephone numbers.
 */
export function isPassPhrase(text: string): boolean {
	if ([...text].length < PHRASE_LENGTH) return false;
	const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
	if (new Set(words).size >= PHRASE_WORDS) return true;
	const isMixed = /\p{L}/u.test(text) && /[^\p{L}\s]/u.test(text);
	return isMixed && new Set(text).size >= PHRASE_SIGNS;
}
