/** How codes are written: in groups, for eyes and fingers. A terminal's by four, a person's own by five. */

export const grouped = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

export const groupedByFive = (code: string): string => code.replace(/(.{5})(?=.)/g, '$1 ');
