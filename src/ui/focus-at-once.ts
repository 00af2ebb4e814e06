/** An attachment for the field that somebody is to begin with. */
export function focusAtOnce(field: HTMLInputElement): void {
	// For a dialog around it, which chooses where the focus goes when it opens.
	field.autofocus = true;
	field.focus();
}
