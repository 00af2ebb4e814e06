/** How the code of a terminal is written: in groups of four, for eyes and fingers. */
export const grouped = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
