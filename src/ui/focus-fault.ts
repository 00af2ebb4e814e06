/** Leads the focus to the first field that was found wrong, so that its error is read aloud (WCAG 3.3.1). */
import { tick } from 'svelte';

/** To be called after the errors were set. Does nothing where no field is wrong. */
export async function focusFirstFault(form: HTMLElement): Promise<void> {
	await tick();
	form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
