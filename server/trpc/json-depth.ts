/** Bounds how deeply JSON is nested, before it is parsed. */

/** Deepest nesting that any input has: a batch, its input, `people`, a list, and room. */
const MAX_JSON_DEPTH = 12;

/** Whether brackets outside of strings nest deeper than `max`. Does not check that the text is JSON. */
export const isTooDeep = (text: string, max = MAX_JSON_DEPTH): boolean => {
	let depth = 0;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code === 0x22) {
			index = endOfString(text, index);
		} else if (code === 0x7b || code === 0x5b) {
			if (++depth > max) return true;
		} else if (code === 0x7d || code === 0x5d) depth--;
	}
	return false;
};

const endOfString = (text: string, start: number): number => {
	let end = text.indexOf('"', start + 1);
	while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
	return end === -1 ? text.length : end;
};

const isEscaped = (text: string, index: number): boolean => {
	let backslashes = 0;
	while (text.charCodeAt(index - 1 - backslashes) === 0x5c) backslashes++;
	return backslashes % 2 === 1;
};
