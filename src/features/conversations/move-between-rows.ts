/** Arrow keys in a list whose rows carry `data-row`: from the search field into the rows, and back up. */

export function moveBetweenRows(event: KeyboardEvent, root: HTMLElement): void {
	const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
	const step = steps[event.key];
	if (step === undefined || event.defaultPrevented) return;
	const field = root.querySelector<HTMLElement>('input[type=search]');
	const rows = [...root.querySelectorAll<HTMLElement>('[data-row]')];
	const now = rows.findIndex((row) => row === document.activeElement);
	if (now < 0 && document.activeElement !== field) return;
	event.preventDefault();
	const next = now + step;
	if (next < 0) field?.focus();
	else rows[Math.min(next, rows.length - 1)]?.focus();
}
