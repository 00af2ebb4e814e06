/** Which PINs open a container. Length is what counts against guessing on the disk; the rest stops the first ten guesses. */

export const PIN_MIN_LENGTH = 6;

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
export function checkPin(pin: string): PinFault | null {
	if ([...pin].length < PIN_MIN_LENGTH) return 'too_short';
	return walksEvenly(pin) || repeats(pin) ? 'too_simple' : null;
}
