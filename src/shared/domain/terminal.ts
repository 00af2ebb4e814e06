/** How long things last at shared terminals. Pure numbers, for both sides. */

/** Minutes without a touch that IT may choose from. */
export const TERMINAL_IDLE_MINUTES = { min: 1, max: 30, usual: 3 } as const;

/** Milliseconds for which a code is shown before the next takes its place. */
export const CODE_SHOWN_MILLIS = 60_000;
/** Milliseconds for which one is good: whoever has scanned it may have to unlock the phone first. */
export const CODE_GOOD_MILLIS = 3 * 60_000;

/** Milliseconds between two signs of life of a terminal at which somebody is signed in. */
export const SIGN_OF_LIFE_MILLIS = 8_000;
/** Milliseconds without one after which the visit is over, at either end. */
export const SILENCE_MILLIS = 30_000;

/** Milliseconds after which every visit ends, whatever happens there. */
export const LONGEST_VISIT_MILLIS = 8 * 60 * 60_000;

/** Seconds before the end for want of a touch, for which it is announced. */
export const COUNTDOWN_SECONDS = 30;
